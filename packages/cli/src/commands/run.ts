import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from '../api.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { findModel, findProject } from '../find.ts';
import type { Output } from '../output.ts';

export interface RunOptions {
  /** name or id; left out: the project's active one */
  readonly model?: string;
  readonly preset?: string;
  readonly dryRun?: boolean;
  readonly note?: string;
  /** false: only order it */
  readonly wait: boolean;
}

interface Run {
  readonly id: string;
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly counts: Readonly<Record<'pending' | 'done' | 'failed' | 'cancelled', number>>;
  readonly proposals: number;
  readonly failures: readonly { readonly imageName: string; readonly error: string | null }[];
}

const LOOK_EVERY_MS = 1_000;

/** Orders a run and, unless told otherwise, waits for its end. @returns failed when images failed */
export async function run(api: Api, output: Output, wanted: string, options: RunOptions): Promise<ExitCode> {
  const project = await findProject(api, wanted);
  const ordered = await api.post<Run>(`/projects/${project.id}/runs`, {
    ...(options.model ? { modelVersionId: (await findModel(api, options.model)).id } : {}),
    ...(options.preset ? { preset: options.preset } : {}),
    note: options.note ?? '',
    dryRun: options.dryRun ?? false,
  });
  const ended = options.wait ? await whenOver(api, output, ordered) : ordered;
  const { done, failed, pending } = ended.counts;
  output.result(ended, [
    `run ${ended.id}: ${ended.state}, ${done} images done, ${failed} failed, ${pending} waiting, ${ended.proposals} proposals`,
    ...ended.failures.map(({ imageName, error }) => `  ${imageName}: ${error ?? 'failed'}`),
  ]);
  return ended.state === 'failed' || ended.state === 'cancelled' || failed > 0 ? EXIT.failed : EXIT.done;
}

async function whenOver(api: Api, output: Output, ordered: Run): Promise<Run> {
  // how many images it has is known when it begins
  let bar: ReturnType<Output['bar']> | null = null;
  try {
    for (let now = ordered; ; now = await api.get<Run>(`/runs/${ordered.id}`)) {
      const total = Object.values(now.counts).reduce((sum, count) => sum + count, 0);
      if (total > 0) bar ??= output.bar('running', total);
      bar?.set(total - now.counts.pending);
      if (now.state !== 'pending' && now.state !== 'running') return now;
      await wait(LOOK_EVERY_MS);
    }
  } finally {
    bar?.end();
  }
}
