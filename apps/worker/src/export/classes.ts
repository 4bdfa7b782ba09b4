import type { ClassId, LabelClass } from '@maskloop/domain';

/** A class as the formats number and name it. */
export interface ExportClass {
  /** null: masks without a class */
  readonly classId: ClassId | null;
  /** COCO's category: never changes, whatever classes come and go */
  readonly category: number;
  /** 1, 2, 3 … without gaps over all that are not deleted; "unclassified" comes last. 0 is background */
  readonly index: number;
  readonly name: string;
  readonly kind: 'thing' | 'stuff';
  readonly colour: readonly [number, number, number];
  readonly parent: ExportClass | null;
}

export interface ClassTable {
  /** @throws Error for a class that is not one of the project's */
  of(classId: ClassId | null): ExportClass;
  /** by index; the last is "unclassified" */
  readonly all: readonly ExportClass[];
}

/** The number is beyond any class (LIMITS.classesPerProject), and so never shifts. */
const UNCLASSIFIED_CATEGORY = 100_000;
export const UNCLASSIFIED = 'unclassified';

/**
 * Numbers a project's classes in the order they were made. A category counts deleted classes too, so that it stays when
 * others are added, moved or deleted; an index has no gaps, as label maps and YOLO want it.
 */
export function classTable(classes: readonly LabelClass[]): ClassTable {
  // ids are UUIDv7: their order is the order of making
  const made = [...classes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = new Map(made.map((each, at) => [each.id, { ...each, category: at + 1 }]));
  const table = new Map<ClassId | null, ExportClass>();
  const add = (id: ClassId, index: number): ExportClass => {
    const known = table.get(id);
    if (known) return known;
    const row = rows.get(id);
    if (row === undefined) throw new Error(`class ${id} is not one of the project's`);
    const made: ExportClass = {
      classId: id,
      category: row.category,
      index,
      name: row.name,
      kind: row.kind,
      colour: rgb(row.colour),
      parent: row.parentId === null || !rows.has(row.parentId) ? null : parentOf(row.parentId),
    };
    table.set(id, made);
    return made;
  };
  const live = made.filter(({ deleted }) => !deleted);
  const indexes = new Map(live.map(({ id }, at) => [id, at + 1]));
  // a deleted class keeps a mask from leaving; its index is that of nothing
  const parentOf = (id: ClassId): ExportClass => add(id, indexes.get(id) ?? 0);
  const unclassified: ExportClass = {
    classId: null,
    category: UNCLASSIFIED_CATEGORY,
    index: live.length + 1,
    name: UNCLASSIFIED,
    kind: 'thing',
    colour: [128, 128, 128],
    parent: null,
  };
  table.set(null, unclassified);
  return {
    of: (classId) => table.get(classId) ?? parentOf(classId as ClassId),
    all: [...live.map(({ id }) => parentOf(id)), unclassified],
  };
}

const rgb = (colour: string): [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

export interface CocoCategory {
  readonly id: number;
  readonly name: string;
  /** the parent class; for a class without one, its kind */
  readonly supercategory: string;
  /** 1 for things, 0 for stuff, as in COCO's panoptic categories */
  readonly isthing: 0 | 1;
  readonly color: readonly [number, number, number];
}

/** COCO's categories: those that masks have, and their parents. */
export function cocoCategories(used: Iterable<ExportClass>): CocoCategory[] {
  const shown = new Set<ExportClass>();
  for (const each of used) {
    for (let at: ExportClass | null = each; at !== null; at = at.parent) shown.add(at);
  }
  return [...shown]
    .sort((a, b) => a.category - b.category)
    .map(({ category, name, kind, parent, colour }) => ({
      id: category,
      name,
      supercategory: parent?.name ?? kind,
      isthing: kind === 'thing' ? 1 : 0,
      color: colour,
    }));
}
