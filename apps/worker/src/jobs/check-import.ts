import { setImmediate as otherWork } from 'node:timers/promises';
import { imports } from '@maskloop/db';
import { DomainError, type ImportCheck, LIMITS } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { boxInside, rasterise } from '../formats/raster.ts';
import { withUpload } from '../import/read-upload.ts';
import { tellImport } from '../import/tell.ts';

/** IM1: looks through an upload as the import itself will, and writes nothing but what it found. */
export async function checkImport(
  { importId }: Payload<'import.check'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, jobId } = context;
  const row = await imports.get(db, importId);
  if (row === null) return { skipped: 'the import was removed' };
  const tell = tellImport(context, row);
  context.whenFailed(async ({ message, cancelled }) => {
    const state = cancelled ? 'cancelled' : 'failed';
    await imports.move(db, importId, { jobId, from: ['checking'], to: state, error: message });
    await tell.now(state, 0);
  });
  if (row.state !== 'checking') return { skipped: `the import is ${row.state}` };

  const check = await withUpload(context, row, async (upload): Promise<ImportCheck> => {
    const { format, problems, source } = upload;
    const classes = new Map<string | null, { masks: number; boxes: number }>();
    const matched = new Set<string>();
    let scored = false;
    for await (const { image, objects } of upload.matched()) {
      matched.add(image.id);
      for (const { className, shape, source: where, score, predictedIou } of objects) {
        const count = classes.get(className) ?? { masks: 0, boxes: 0 };
        classes.set(className, count);
        if (classes.size > LIMITS.classesPerProject) throw tooManyClasses();
        scored ||= score !== undefined || predictedIou !== undefined;
        if (shape.kind === 'box') {
          if (boxInside(shape, image)) count.boxes++;
          else problems.add(where, OUTSIDE);
          continue;
        }
        const raster = rasterise(shape, image);
        if ('reason' in raster) problems.add(where, raster.reason);
        else {
          count.masks++;
          if (raster.note !== null) problems.add(where, raster.note);
        }
      }
      tell.progress(0.98 * source.consumed);
      // a large file of many pictures must not keep the process from its heartbeats
      await otherWork();
    }
    // a whole comes along with its parts, masks of its own or not
    for (const name of classes.keys()) {
      const parent = name === null ? null : upload.classes.get(name)?.parent;
      if (parent != null && !classes.has(parent)) classes.set(parent, { masks: 0, boxes: 0 });
    }
    if (classes.size > LIMITS.classesPerProject) throw tooManyClasses();
    const listed = [...classes].map(([name, count]) => {
      const { parent = null, kind = null } = (name === null ? undefined : upload.classes.get(name)) ?? {};
      return { name, ...count, parent, kind };
    });
    const sum = (of: 'masks' | 'boxes'): number => listed.reduce((total, each) => total + each[of], 0);
    return {
      format,
      images: upload.seen,
      matched: matched.size,
      masks: sum('masks'),
      boxes: sum('boxes'),
      classes: listed.sort((a, b) => b.masks + b.boxes - a.masks - a.boxes),
      scored,
      problems: problems.list,
    };
  });
  await imports.move(db, importId, { jobId, from: ['checking'], to: 'ready', format: check.format, check });
  await tell.now('ready', 1);
  return undefined;
}

const tooManyClasses = () =>
  new DomainError(
    'INVALID_INPUT',
    `classes: a file may name ${LIMITS.classesPerProject}, this one names more`,
    {
      field: 'classes',
      limit: LIMITS.classesPerProject,
    },
  );

export const OUTSIDE = 'the box lies outside the picture';
