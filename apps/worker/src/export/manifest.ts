import type { ExportReport } from '@maskloop/domain';
import type { ExportOrder } from './format.ts';

/**
 * The beginning of manifest.json up to the list of files: nothing in it depends on when, how often or under what
 * project name the dataset version is exported.
 */
export function manifestHead(
  { dataset, format, options }: ExportOrder,
  rulesVersion: string,
  counts: Pick<ExportReport, 'images' | 'masks' | 'negatives' | 'bad' | 'badCount'>,
): string {
  const head = {
    format,
    rules_version: rulesVersion,
    options,
    dataset: {
      id: dataset.id,
      // name and notes can be changed afterwards, and would change the bytes
      number: dataset.number,
      created_at: dataset.createdAt.toISOString(),
      content_sha256: dataset.contentSha256,
      filter: dataset.filter,
      splits: dataset.splits,
    },
    includes_images: options.includeImages,
    images: counts.images,
    masks: counts.masks,
    negatives: counts.negatives,
    left_out_count: counts.badCount,
    left_out: counts.bad,
  };
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "files": {\n    `;
}

export const manifestTail = '\n  }\n}\n';
