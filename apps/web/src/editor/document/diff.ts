import type { MaskId } from '@maskloop/domain';
import type { MaskDocument, MaskRecord } from './records.ts';

/** The difference between two states of a document. */
export interface Diff {
  readonly added: readonly MaskRecord[];
  readonly updated: readonly (readonly [from: MaskRecord, to: MaskRecord])[];
  readonly removed: readonly MaskRecord[];
}

export const NO_CHANGE: Diff = { added: [], updated: [], removed: [] };

export function isEmpty(diff: Diff): boolean {
  return diff.added.length + diff.updated.length + diff.removed.length === 0;
}

/** @returns a new document; the old one is left as it is */
export function applyDiff(document: MaskDocument, diff: Diff): MaskDocument {
  const next = new Map(document);
  for (const record of diff.removed) next.delete(record.id);
  for (const record of diff.added) next.set(record.id, record);
  for (const [, to] of diff.updated) next.set(to.id, to);
  return next;
}

/** @returns what leads from `from` to `to` */
export function diffOf(from: MaskDocument, to: MaskDocument): Diff {
  const added: MaskRecord[] = [];
  const updated: [MaskRecord, MaskRecord][] = [];
  for (const [id, record] of to) {
    const before = from.get(id);
    if (before === undefined) added.push(record);
    else if (before !== record) updated.push([before, record]);
  }
  const removed = [...from.values()].filter((record) => !to.has(record.id));
  return { added, updated, removed };
}

/** Ids a diff is about. */
export function touchedBy(diff: Diff): MaskId[] {
  return [...diff.added, ...diff.removed, ...diff.updated.map(([, to]) => to)].map((record) => record.id);
}
