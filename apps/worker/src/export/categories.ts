import type { ClassId, LabelClass } from '@maskloop/domain';

export interface CocoCategory {
  readonly id: number;
  readonly name: string;
  /** the parent class; for a class without one, its kind */
  readonly supercategory: string;
  /** 1 for things, 0 for stuff, as in COCO's panoptic categories */
  readonly isthing: 0 | 1;
  readonly color: readonly [number, number, number];
}

export interface Categories {
  /** null: the mask has no class */
  idOf(classId: ClassId | null): number;
  nameOf(classId: ClassId | null): string | null;
  /** those that were asked for, and their parents; to be read when all masks have been */
  readonly written: readonly CocoCategory[];
}

/** For masks without a class. The number is beyond any class (LIMITS.classesPerProject), and so never shifts. */
const UNCLASSIFIED: CocoCategory = {
  id: 100_000,
  name: 'unclassified',
  supercategory: 'thing',
  isthing: 1,
  color: [128, 128, 128],
};

/**
 * Numbers a project's classes in the order they were made, deleted ones counted: a class keeps its number when others
 * are added, moved or deleted, so that the exports of one project agree.
 */
export function categoriesOf(classes: readonly LabelClass[]): Categories {
  // ids are UUIDv7: their order is the order of making
  const made = [...classes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const numbers = new Map(made.map(({ id }, index) => [id, index + 1]));
  const byId = new Map(made.map((each) => [each.id, each]));
  const used = new Set<ClassId | null>();
  return {
    idOf(classId) {
      used.add(classId);
      if (classId === null) return UNCLASSIFIED.id;
      const number = numbers.get(classId);
      if (number === undefined) throw new Error(`class ${classId} is not one of the project's`);
      return number;
    },
    nameOf: (classId) => (classId === null ? null : (byId.get(classId)?.name ?? null)),
    get written() {
      const shown = new Set<ClassId>();
      for (const id of used) {
        for (let at = id; at !== null && !shown.has(at); at = byId.get(at)?.parentId ?? null) shown.add(at);
      }
      const categories = made
        .filter(({ id }) => shown.has(id))
        .map(({ id, name, kind, parentId, colour }): CocoCategory => {
          const parent = parentId === null ? undefined : byId.get(parentId);
          return {
            id: numbers.get(id) ?? 0,
            name,
            supercategory: parent?.name ?? kind,
            isthing: kind === 'thing' ? 1 : 0,
            color: rgb(colour),
          };
        });
      if (!used.has(null)) return categories;
      return [...categories, UNCLASSIFIED];
    },
  };
}

const rgb = (colour: string): [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};
