import type { Api } from '../api.ts';
import { EXIT, Failure } from '../failure.ts';
import { type DatasetVersion, findProject } from '../find.ts';
import type { Output } from '../output.ts';
import { type Build, whenOver } from '../when-over.ts';

export interface FreezeOptions {
  readonly name: string;
  readonly notes?: string;
  readonly origins?: string;
  /** image statuses, with commas */
  readonly status?: string;
  /** train/val/test in per cent */
  readonly split?: string;
  readonly seed?: string;
  readonly dryRun?: boolean;
}

interface Counts {
  readonly masks: number;
  readonly images: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly splits: Readonly<Record<string, { readonly images: number; readonly masks: number }>>;
}

type Frozen = DatasetVersion & Build & { readonly counts: Counts };

/** Freezes a dataset version, or says what it would hold. */
export async function freeze(
  api: Api,
  output: Output,
  wanted: string,
  options: FreezeOptions,
): Promise<void> {
  const project = await findProject(api, wanted);
  const filter = {
    ...(options.origins ? { origins: options.origins } : {}),
    ...(options.status ? { imageStatuses: options.status.split(',') } : {}),
  };
  const splits = {
    ...(options.split ? sharesOf(options.split) : {}),
    ...(options.seed ? { seed: Number(options.seed) } : {}),
  };
  const at = `/projects/${project.id}/dataset-versions`;
  if (options.dryRun) {
    const counts = await api.post<Counts>(`${at}/preview`, { filter, splits });
    output.result(counts, describe(counts));
    return;
  }
  const ordered = await api.post<Frozen>(at, {
    name: options.name,
    notes: options.notes ?? '',
    filter,
    splits,
  });
  const version = await whenOver(ordered, 'The version', () =>
    api.get<Frozen>(`/dataset-versions/${ordered.id}`),
  );
  output.result(version, [
    `version ${version.number} "${version.name}" is frozen (${version.contentSha256})`,
    ...describe(version.counts),
  ]);
}

function describe({ masks, images, dropped, splits }: Counts): string[] {
  const left = Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${masks} masks in ${images} images`,
    `splits: ${Object.entries(splits)
      .map(([name, { images: count }]) => `${count} ${name}`)
      .join(', ')}`,
    ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
  ];
}

function sharesOf(text: string): { train: number; val: number; test: number } {
  const [train, val, test, ...more] = text.split('/').map(Number);
  if (![train, val, test].every(Number.isInteger) || more.length > 0) {
    throw new Failure(`--split: "${text}" is not like 80/10/10.`, EXIT.usage);
  }
  return { train: train ?? 0, val: val ?? 0, test: test ?? 0 };
}
