import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ImportCheck, type ImportReport, type LabelClass, suggestTargets } from '@maskloop/domain';
import type { Api } from '../api.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { findModel, findProject } from '../find.ts';
import type { Output } from '../output.ts';

export interface ImportOptions {
  /** name of the model version whose proposals the masks are; left out: masks that nobody judged */
  readonly proposalsOf?: string;
  readonly skipBoxes?: boolean;
  readonly dryRun?: boolean;
}

interface Import {
  readonly id: string;
  readonly state: 'checking' | 'ready' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly check: ImportCheck | null;
  readonly report: ImportReport | null;
  readonly error: string | null;
}

const LOOK_EVERY_MS = 500;

/**
 * Sends a file of labels, and writes its masks: classes go to the project's classes of the same name, others are made.
 * @returns failed when a part of the file could not be used
 */
export async function importLabels(
  api: Api,
  output: Output,
  { project: wanted, file }: { project: string; file: string },
  options: ImportOptions,
): Promise<ExitCode> {
  if (!(await stat(file).catch(() => null))?.isFile()) {
    throw new Failure(`${file}: there is no such file.`, EXIT.usage);
  }
  const project = await findProject(api, wanted);
  const modelVersionId = options.proposalsOf ? (await findModel(api, options.proposalsOf)).id : null;
  output.note(`sending ${path.basename(file)} …`);
  const name = encodeURIComponent(path.basename(file));
  const sent = await api.put(`/projects/${project.id}/imports?name=${name}`, () => createReadStream(file));
  const { id } = (await sent.json()) as { id: string };
  const ready = await whenNot(api, id, 'checking');
  if (!ready.check) throw new Failure(`The file cannot be imported: ${ready.error ?? ready.state}`);
  for (const line of found(ready.check)) output.note(line);
  if (options.dryRun) {
    output.result(ready, found(ready.check));
    return ready.check.problems.total > 0 ? EXIT.failed : EXIT.done;
  }
  const { classes } = await api.get<{ classes: LabelClass[] }>(`/projects/${project.id}`);
  await api.post(`/imports/${id}/start`, {
    as: modelVersionId === null ? 'imported' : 'proposed',
    modelVersionId,
    boxes: options.skipBoxes ? 'skip' : 'prompt',
    classes: suggestTargets(ready.check.classes, classes),
  });
  const ended = await whenNot(api, id, 'running');
  if (ended.state !== 'done' || !ended.report) {
    throw new Failure(`The import ${ended.state}: ${ended.error ?? 'see the log'}`);
  }
  const { images, masks, boxes, problems } = ended.report;
  output.result(ended, [
    `${masks} masks in ${images} images, ${boxes} boxes given to the model, ${problems.total} problems`,
    ...problems.shown.map(({ where, message }) => `  ${where}: ${message}`),
  ]);
  return problems.total > 0 ? EXIT.failed : EXIT.done;
}

function found({ format, images, matched, masks, boxes, problems }: ImportCheck): string[] {
  return [
    `${format}: ${masks} masks and ${boxes} boxes in ${matched} of ${images} pictures that the project has`,
    ...problems.shown.map(({ where, message }) => `  ${where}: ${message}`),
  ];
}

async function whenNot(api: Api, id: string, state: Import['state']): Promise<Import> {
  for (;;) {
    const now = await api.get<Import>(`/imports/${id}`);
    if (now.state !== state) return now;
    await wait(LOOK_EVERY_MS);
  }
}
