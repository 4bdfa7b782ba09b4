import { CLASS_COLOURS, type ClassKind, type LabelClass } from '@maskloop/domain';

/** A label class as it is being edited; `key` is the id of one that exists, or made up for a new one. */
export interface DraftClass {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly kind: ClassKind;
  /** key of the class it is a part of */
  readonly parentKey: string | null;
}

export type Draft = readonly DraftClass[];

/** The keys that choose the first ten classes in the editor. */
export function hotkeyOf(index: number): string | null {
  return index < 10 ? String((index + 1) % 10) : null;
}

export function draftOf(classes: readonly LabelClass[]): Draft {
  return classes
    .filter(({ deleted }) => !deleted)
    .map(({ id, name, colour, kind, parentId }) => ({ key: id, name, colour, kind, parentKey: parentId }));
}

/** Adds a class in the first colour that is free. */
export function addClass(draft: Draft, key: string, name = ''): Draft {
  const used = new Set(draft.map(({ colour }) => colour.toLowerCase()));
  const colour =
    CLASS_COLOURS.find((each) => !used.has(each)) ??
    CLASS_COLOURS[draft.length % CLASS_COLOURS.length] ??
    CLASS_COLOURS[0];
  return [...draft, { key, name, colour, kind: 'thing', parentKey: null }];
}

/** Parts of a removed class become classes of their own. */
export function removeClass(draft: Draft, key: string): Draft {
  return draft
    .filter((each) => each.key !== key)
    .map((each) => (each.parentKey === key ? { ...each, parentKey: null } : each));
}

export function changeClass(draft: Draft, key: string, change: Partial<Omit<DraftClass, 'key'>>): Draft {
  return draft.map((each) => (each.key === key ? { ...each, ...change } : each));
}

export function moveClass(draft: Draft, key: string, by: -1 | 1): Draft {
  const from = draft.findIndex((each) => each.key === key);
  const moved = draft[from];
  const other = draft[from + by];
  if (!moved || !other) return draft;
  return draft.with(from, other).with(from + by, moved);
}

/** Which classes a class may be a part of: not itself and nothing that is a part of it. */
export function parentsFor(draft: Draft, key: string): Draft {
  const isInside = (candidate: DraftClass): boolean => {
    const seen = new Set<string>();
    for (let at: DraftClass | undefined = candidate; at && !seen.has(at.key); ) {
      if (at.key === key) return true;
      seen.add(at.key);
      const { parentKey }: DraftClass = at;
      at = draft.find((each) => each.key === parentKey);
    }
    return false;
  };
  return draft.filter((candidate) => !isInside(candidate));
}

/** Names that stand more than once, whatever their letter case: nobody could tell the masks apart. */
export function repeatedNames(draft: Draft): Set<string> {
  const seen = new Map<string, number>();
  for (const { name } of draft) {
    const plain = name.trim().toLowerCase();
    if (plain) seen.set(plain, (seen.get(plain) ?? 0) + 1);
  }
  return new Set([...seen].filter(([, count]) => count > 1).map(([name]) => name));
}

/** What has to be asked of the server to get from one list to the other, in this order. */
export interface ClassChanges {
  readonly removed: readonly string[];
  readonly created: Draft;
  /** parents are set here, for new classes too, because a parent may be new itself */
  readonly updated: readonly { readonly key: string; readonly change: Partial<Omit<DraftClass, 'key'>> }[];
  /** whether the order has to be told */
  readonly reordered: boolean;
}

export function changesBetween(before: Draft, after: Draft): ClassChanges {
  const old = new Map(before.map((each) => [each.key, each]));
  const kept = new Set(after.map(({ key }) => key));
  const created = after.filter(({ key }) => !old.has(key));
  const updated = after.flatMap((each) => {
    const was = old.get(each.key);
    if (!was)
      return each.parentKey === null ? [] : [{ key: each.key, change: { parentKey: each.parentKey } }];
    const change: Partial<Omit<DraftClass, 'key'>> = {
      ...(was.name.trim() === each.name.trim() ? {} : { name: each.name.trim() }),
      ...(was.colour.toLowerCase() === each.colour.toLowerCase() ? {} : { colour: each.colour }),
      ...(was.kind === each.kind ? {} : { kind: each.kind }),
      ...(was.parentKey === each.parentKey ? {} : { parentKey: each.parentKey }),
    };
    return Object.keys(change).length > 0 ? [{ key: each.key, change }] : [];
  });
  // new classes come last on the server
  const serverOrder = [...before.filter(({ key }) => kept.has(key)), ...created].map(({ key }) => key);
  return {
    removed: before.filter(({ key }) => !kept.has(key)).map(({ key }) => key),
    created,
    updated,
    reordered: after.some(({ key }, at) => key !== serverOrder[at]),
  };
}

export function hasChanges({ removed, created, updated, reordered }: ClassChanges): boolean {
  return removed.length > 0 || created.length > 0 || updated.length > 0 || reordered;
}
