import {
  type DatasetCounts,
  DatasetFilter,
  DROP_REASONS,
  type DropReason,
  SplitRule,
} from '@maskloop/domain';

/** What the builder edits; days as the date fields give them (YYYY-MM-DD), in the reader's time zone. */
export interface Selection extends Omit<DatasetFilter, 'from' | 'until'> {
  readonly fromDay: string | null;
  /** inclusive */
  readonly untilDay: string | null;
}

/**
 * The domain's defaults: human-corrected masks of every stage, status, class and day; once a model was trained here,
 * only what is new since the version that trained the last one.
 * @param versions newest first
 */
export function newSelection(
  versions: readonly { readonly id: string; readonly models: readonly unknown[] }[],
): Selection {
  const { from: _from, until: _until, ...rest } = DatasetFilter.parse({});
  const sinceVersionId = versions.find(({ models }) => models.length > 0)?.id ?? null;
  return { ...rest, sinceVersionId, fromDay: null, untilDay: null };
}

/** False while a group of checkboxes has none chosen. */
export function isComplete({ stages, imageStatuses, verdicts }: DatasetFilter): boolean {
  return stages.length > 0 && imageStatuses.length > 0 && verdicts.length > 0;
}

export function newSplits(): SplitRule {
  return SplitRule.parse({});
}

/** Days become instants: a day counts whole, so the end is the midnight after it. */
export function filterOf({ fromDay, untilDay, ...rest }: Selection): DatasetFilter {
  return { ...rest, from: startOf(fromDay, 0), until: startOf(untilDay, 1) };
}

function startOf(day: string | null, daysLater: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!parts) return null;
  const [, year, month, date] = parts;
  return new Date(Number(year), Number(month) - 1, Number(date) + daysLater).toISOString();
}

/** Why masks are left out, in the order in which the reasons are tried; those that drop none are left out. */
export function dropsOf({
  dropped,
}: Pick<DatasetCounts, 'dropped'>): { reason: DropReason; count: number }[] {
  return DROP_REASONS.flatMap((reason) => {
    const count = dropped[reason] ?? 0;
    return count > 0 ? [{ reason, count }] : [];
  });
}

/**
 * Moves one share and lets the others give way, so that the sum stays 100: first the next one in the ring
 * train → val → test, then the one after.
 */
export function moveShare(rule: SplitRule, split: 'train' | 'val' | 'test', value: number): SplitRule {
  const share = Math.min(100, Math.max(0, Math.round(value)));
  const ring = ['train', 'val', 'test'] as const;
  const at = ring.indexOf(split);
  const next = ring[(at + 1) % 3] ?? 'train';
  const last = ring[(at + 2) % 3] ?? 'train';
  const rest = 100 - share;
  const lastShare = Math.min(rule[last], rest);
  return { ...rule, [split]: share, [next]: rest - lastShare, [last]: lastShare };
}
