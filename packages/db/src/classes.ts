import {
  type ClassId,
  DomainError,
  type LabelClass,
  type LabelClassInput,
  type ProjectId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { defined } from './defined.ts';
import { onUniqueViolation } from './errors.ts';
import { GENUINE } from './planted.ts';
import { classSelect, toLabelClass } from './to-domain.ts';

/** Deleted ones too, at the end: masks that name them still show their name and colour. */
export async function list(db: Db, projectId: ProjectId): Promise<LabelClass[]> {
  const rows = await db.labelClass.findMany({
    where: { projectId },
    select: classSelect,
    orderBy: [{ deletedAt: { sort: 'asc', nulls: 'first' } }, { index: 'asc' }, { id: 'asc' }],
  });
  return rows.map(toLabelClass);
}

/** The class with its project; deleted ones too. */
export async function get(
  db: Db,
  classId: ClassId,
): Promise<(LabelClass & { readonly projectId: ProjectId }) | null> {
  const row = await db.labelClass.findUnique({
    where: { id: classId },
    select: { ...classSelect, projectId: true },
  });
  return row && { ...toLabelClass(row), projectId: row.projectId };
}

/** @throws DomainError INVALID_INPUT when the name is taken, whatever its letter case */
export async function create(db: Db, projectId: ProjectId, input: LabelClassInput): Promise<LabelClass> {
  const last = await db.labelClass.aggregate({
    where: { projectId, deletedAt: null },
    _max: { index: true },
  });
  const row = await onUniqueViolation(
    db.labelClass.create({
      data: {
        projectId,
        index: (last._max.index ?? 0) + 1,
        name: input.name,
        colour: input.colour.toLowerCase(),
        kind: input.kind,
        parentId: input.parentId,
      },
      select: classSelect,
    }),
    () => nameTaken(input.name),
  );
  return toLabelClass(row);
}

/** Fields left out stay. @throws DomainError INVALID_INPUT when the name is taken */
export async function update(
  db: Db,
  classId: ClassId,
  changes: { [K in keyof LabelClassInput]?: LabelClassInput[K] | undefined },
): Promise<LabelClass> {
  const { name, colour, kind, parentId } = changes;
  const row = await onUniqueViolation(
    db.labelClass.update({
      where: { id: classId },
      data: defined({ name, colour: colour?.toLowerCase(), kind, parentId }),
      select: classSelect,
    }),
    () => nameTaken(name ?? ''),
  );
  return toLabelClass(row);
}

/** Soft: masks that name the class keep working. @returns number of masks that still name it */
export async function softDelete(db: Db, classId: ClassId): Promise<number> {
  await db.labelClass.update({
    where: { id: classId },
    data: { deletedAt: new Date() },
    select: { id: true },
  });
  return db.mask.count({ where: { classId, removedAt: null, ...GENUINE } });
}

/**
 * Numbers the classes 1, 2, 3 … in the given order.
 * @param classIds all live classes of the project; others are left alone
 * @returns how many were numbered
 */
export async function reorder(db: Db, projectId: ProjectId, classIds: readonly ClassId[]): Promise<number> {
  return db.$executeRaw`
    UPDATE "LabelClass" c SET "index" = wanted."index"
    FROM unnest(${[...classIds]}::uuid[]) WITH ORDINALITY AS wanted("id", "index")
    WHERE c."id" = wanted."id" AND c."projectId" = ${projectId}::uuid AND c."deletedAt" IS NULL`;
}

function nameTaken(name: string): DomainError {
  return new DomainError('INVALID_INPUT', `name: the project has a class "${name}" already`, {
    field: 'name',
    value: name,
  });
}
