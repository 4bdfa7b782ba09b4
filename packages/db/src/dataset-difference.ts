import type { ClassId, DatasetVersionId, ImageId, MaskBox, MaskId, RevisionId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { Prisma } from './generated/client.ts';

/**
 * EX9: what became of a mask from one version to another: only in the second, only in the first, in both with other
 * pixels, in both with the same pixels and another class, or the same.
 */
export const CHANGES = ['added', 'removed', 'changed', 'relabelled', 'same'] as const;
export type Change = (typeof CHANGES)[number];

/** SQL text of all masks of two versions with what became of them; negatives are left out. */
function comparedSql(fromId: DatasetVersionId, toId: DatasetVersionId): Prisma.Sql {
  const side = (id: DatasetVersionId) =>
    Prisma.sql`(SELECT "maskId", "revisionId", "imageId", "classId" FROM "DatasetItem"
      WHERE "datasetVersionId" = ${id}::uuid AND "kind" = 'mask')`;
  return Prisma.sql`
    SELECT "maskId", a."revisionId" AS "fromRevisionId", b."revisionId" AS "toRevisionId",
           COALESCE(b."imageId", a."imageId") AS "imageId", a."classId" AS "fromClassId", b."classId" AS "toClassId",
           CASE WHEN a."revisionId" IS NULL THEN 'added'
                WHEN b."revisionId" IS NULL THEN 'removed'
                WHEN a."revisionId" <> b."revisionId" THEN 'changed'
                WHEN a."classId" IS DISTINCT FROM b."classId" THEN 'relabelled'
                ELSE 'same' END AS "change"
    FROM ${side(fromId)} a FULL JOIN ${side(toId)} b USING ("maskId")`;
}

export interface ClassDifference extends Record<Change, number> {
  /** of the second version, where the mask is there; else of the first */
  readonly classId: ClassId | null;
}

/** How many masks of each class changed, largest change first. */
export async function difference(
  db: Db,
  fromId: DatasetVersionId,
  toId: DatasetVersionId,
): Promise<ClassDifference[]> {
  const rows = await db.$queryRaw<{ classId: string | null; change: Change; masks: number }[]>`
    SELECT CASE "change" WHEN 'removed' THEN "fromClassId" ELSE "toClassId" END AS "classId", "change", count(*)::int AS "masks"
    FROM (${comparedSql(fromId, toId)}) compared GROUP BY 1, 2`;
  const byClass = new Map<string | null, ClassDifference>();
  for (const { classId, change, masks } of rows) {
    const none = { classId, added: 0, removed: 0, changed: 0, relabelled: 0, same: 0 };
    byClass.set(classId, { ...(byClass.get(classId) ?? none), [change]: masks });
  }
  const moved = (row: ClassDifference) => row.added + row.removed + row.changed + row.relabelled;
  return [...byClass.values()].sort(
    (a, b) => moved(b) - moved(a) || b.same - a.same || String(a.classId).localeCompare(String(b.classId)),
  );
}

/** One mask of a difference, with pixels enough for a picture of it. */
export interface DifferenceExample {
  readonly maskId: MaskId;
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly width: number;
  readonly height: number;
  readonly from: DifferenceSide | null;
  readonly to: DifferenceSide | null;
}

export interface DifferenceSide {
  readonly revisionId: RevisionId;
  readonly classId: ClassId | null;
  /** COCO compressed */
  readonly counts: string;
  readonly box: MaskBox;
}

interface ExampleRow {
  maskId: string;
  imageId: string;
  imageName: string;
  width: number;
  height: number;
  fromRevisionId: string | null;
  toRevisionId: string | null;
  fromClassId: string | null;
  toClassId: string | null;
}

/** Masks with one kind of change, by id. @param classId undefined: of any class */
export async function examples(
  db: Db,
  fromId: DatasetVersionId,
  toId: DatasetVersionId,
  {
    change,
    classId,
    cursor,
    limit,
  }: { change: Change; classId?: ClassId | null | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: DifferenceExample[]; nextCursor: string | null }> {
  const [, afterId] = cursor ? fromCursor(cursor) : [];
  const ofClass =
    classId === undefined
      ? Prisma.empty
      : Prisma.sql`AND CASE "change" WHEN 'removed' THEN "fromClassId" ELSE "toClassId" END IS NOT DISTINCT FROM ${classId}::uuid`;
  const rows = await db.$queryRaw<ExampleRow[]>`
    SELECT c."maskId", c."imageId", i."name" AS "imageName", i."width", i."height", c."fromRevisionId", c."toRevisionId",
           c."fromClassId", c."toClassId"
    FROM (SELECT * FROM (${comparedSql(fromId, toId)}) compared
          WHERE "change" = ${change} ${ofClass} ${afterId ? Prisma.sql`AND "maskId" > ${afterId}::uuid` : Prisma.empty}
          ORDER BY "maskId" LIMIT ${limit + 1}) c
    JOIN "Image" i ON i."id" = c."imageId"
    ORDER BY c."maskId"`;
  const shown = rows.slice(0, limit);
  const pixels = await pixelsOf(
    db,
    shown.flatMap((row) => [row.fromRevisionId, row.toRevisionId].filter((id) => id !== null)),
  );
  const side = (revisionId: string | null, sideClassId: string | null): DifferenceSide | null => {
    const found = revisionId === null ? undefined : pixels.get(revisionId);
    return found ? { ...found, classId: sideClassId } : null;
  };
  const last = shown.at(-1);
  return {
    items: shown.map(({ fromRevisionId, toRevisionId, fromClassId, toClassId, ...row }) => ({
      ...row,
      from: side(fromRevisionId, fromClassId),
      to: side(toRevisionId, toClassId),
    })),
    nextCursor: rows.length > limit && last ? toCursor([null, last.maskId]) : null,
  };
}

async function pixelsOf(
  db: Db,
  revisionIds: readonly RevisionId[],
): Promise<Map<RevisionId, Omit<DifferenceSide, 'classId'>>> {
  const rows = await db.maskRevision.findMany({
    where: { id: { in: [...revisionIds] } },
    select: { id: true, counts: true, boxX: true, boxY: true, boxW: true, boxH: true },
  });
  return new Map(
    rows.map(({ id, counts, boxX, boxY, boxW, boxH }) => [
      id,
      { revisionId: id, counts, box: { x: boxX, y: boxY, width: boxW, height: boxH } },
    ]),
  );
}
