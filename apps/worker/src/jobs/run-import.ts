import { derivedId, type Import, imports, inTransaction, type MaskToImport, projects } from '@maskloop/db';
import {
  type ImportedBox,
  type ImportPlan,
  type ImportReport,
  LIMITS,
  type MaskId,
  originAfter,
} from '@maskloop/domain';
import { type Outcome, type Payload, publish, requestJob } from '@maskloop/jobs';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from '../context.ts';
import { boxInside, rasterise } from '../formats/raster.ts';
import type { ReadObject } from '../formats/read/neutral.ts';
import { type ClassOf, classTargets } from '../import/class-targets.ts';
import { maskIdOf, maskToImport, parentsOf } from '../import/masks-of.ts';
import type { ProblemList } from '../import/problems.ts';
import { type MatchedImage, withUpload } from '../import/read-upload.ts';
import { tellImport } from '../import/tell.ts';
import { OUTSIDE } from './check-import.ts';

/**
 * Upload → masks, one transaction for each picture. Begun again after a crash it reads the file from the start and
 * leaves alone what is there (IM4). Boxes become jobs of their own, which a model answers.
 */
export async function runImport({ importId }: Payload<'import.run'>, context: JobContext): Promise<Outcome> {
  const { db, jobId, store } = context;
  const row = await imports.get(db, importId);
  if (row === null) return { skipped: 'the import was removed' };
  const tell = tellImport(context, row);
  context.whenFailed(async ({ message, cancelled }) => {
    const state = cancelled ? 'cancelled' : 'failed';
    await imports.move(db, importId, { jobId, from: ['running'], to: state, error: message });
    await tell.now(state, 0);
  });
  const { plan, check } = row;
  if (row.state !== 'running' || plan === null || check === null) {
    return { skipped: `the import is ${row.state}` };
  }
  const classOf = await classTargets(db, row.projectId, plan);

  const report = await withUpload(context, row, async (upload): Promise<ImportReport> => {
    const total = { images: 0, masks: 0, boxes: 0, skipped: 0 };
    for await (const matched of upload.matched()) {
      const sorted = sort(matched, { row, plan, classOf, problems: upload.problems });
      await write(context, { row, plan }, matched, sorted);
      total.images++;
      total.masks += sorted.masks.length;
      total.boxes += sorted.boxes.length;
      total.skipped += sorted.skipped;
      tell.progress(total.images / Math.max(total.images, check.matched));
    }
    return { ...total, problems: upload.problems.list };
  });
  if (!(await imports.move(db, importId, { jobId, from: ['running'], to: 'done', report }))) {
    return { skipped: 'the import was stopped' };
  }
  await store.remove(blobKeys.import(importId));
  await tell.now('done', 1);
  context.log.info({ masks: report.masks, boxes: report.boxes, problems: report.problems.total }, 'imported');
  return undefined;
}

interface Sorted {
  readonly masks: readonly MaskToImport[];
  readonly boxes: readonly ImportedBox[];
  readonly skipped: number;
}

/** What becomes of each object of a picture. */
function sort(
  { image, objects }: MatchedImage,
  order: {
    readonly row: Import;
    readonly plan: ImportPlan;
    readonly classOf: ClassOf;
    readonly problems: ProblemList;
  },
): Sorted {
  const { row, plan, classOf, problems } = order;
  const parents = parentsOf(objects);
  const masks: MaskToImport[] = [];
  const boxes: ImportedBox[] = [];
  const taken = new Set<MaskId>();
  const parentOf: (number | null)[] = [];
  let skipped = 0;
  objects.forEach((object, index) => {
    const { shape, source } = object;
    const classId = classOf(object.className);
    if (classId === 'skip' || (shape.kind === 'box' && plan.boxes === 'skip')) {
      skipped++;
      return;
    }
    if (shape.kind === 'box') {
      const box = boxInside(shape, image);
      if (box === null) problems.add(source, OUTSIDE);
      else if (boxes.length === LIMITS.boxesPerImage) {
        problems.add(source, `an image may have ${LIMITS.boxesPerImage} boxes for a model`);
      } else boxes.push({ source, classId, ...box, score: object.score ?? null });
      return;
    }
    const raster = rasterise(shape, image);
    if ('reason' in raster) {
      problems.add(source, raster.reason);
      return;
    }
    if (raster.note !== null) problems.add(source, raster.note);
    const mask = maskToImport(plan.as === 'proposed' ? asProposal(object) : object, {
      importId: row.id,
      rle: raster.rle,
      classId,
      parentId: null,
    });
    taken.add(mask.id);
    parentOf.push(parents[index] ?? null);
    masks.push(mask);
  });
  // IM7: a part keeps its whole only when the whole came in
  const linked = masks.map((mask, at) => {
    const whole = objects[parentOf[at] ?? -1];
    const parentId = whole ? maskIdOf(row.id, whole.source) : null;
    return { ...mask, parentId: parentId !== null && taken.has(parentId) ? parentId : null };
  });
  return { masks: linked, boxes, skipped };
}

/** IM5: a plain confidence stands for the predicted IoU; a mask in a file has no soft edge, so it is stable. */
function asProposal(object: ReadObject): ReadObject {
  return {
    ...object,
    predictedIou: object.predictedIou ?? object.score,
    stability: object.stability ?? 1,
  };
}

/** One picture, wholly or not at all. */
async function write(
  { db, dispatcher }: JobContext,
  { row, plan }: { readonly row: Import; readonly plan: ImportPlan },
  { image }: MatchedImage,
  { masks, boxes }: Sorted,
): Promise<void> {
  const edit = plan.as === 'proposed' ? 'propose' : 'import';
  const origin = originAfter(null, edit);
  if (origin === null) throw new Error(`a new mask cannot come from ${edit}`);
  const jobId = await inTransaction(db, async (tx) => {
    const there = await imports.known(
      tx,
      masks.map(({ id }) => id),
    );
    const fresh = masks.filter(({ id }) => !there.has(id));
    const stage = await projects.stageOf(tx, row.projectId);
    await imports.addMasks(
      tx,
      {
        importId: row.id,
        imageId: image.id,
        stage: stage ?? 'assisted-manual',
        edit,
        origin,
        modelVersionId: plan.as === 'proposed' ? plan.modelVersionId : null,
      },
      fresh,
    );
    if (fresh.length > 0) {
      await publish(tx, row.projectId, {
        type: 'masks.changed',
        imageId: image.id,
        byUserId: null,
        tabId: null,
      });
    }
    const [first] = boxes;
    if (!first) return null;
    const part = derivedId(row.id, `boxes ${image.id} ${first.source}`);
    const { id } = await requestJob(
      tx,
      'import.prompt',
      { importId: row.id, imageId: image.id, part, boxes: [...boxes] },
      { projectId: row.projectId, imageId: image.id, requestedById: row.createdBy.id },
    );
    return id;
  });
  if (jobId !== null) await dispatcher.dispatch(jobId);
}
