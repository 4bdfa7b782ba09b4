// Where a mask came from and where it went, and the same seen from a dataset version.
import type {
  BuildState,
  ClassId,
  DatasetVersionId,
  ExportFormat,
  ExportId,
  ImageId,
  ImageStatus,
  ItemKind,
  MaskBox,
  MaskId,
  MaskRevisionSummary,
  Origin,
  PlantedState,
  ProjectId,
  PromptTrail,
  Split,
  Stage,
  UserId,
  Verdict,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { Prisma } from './generated/client.ts';
import { revisionSelect, toDomain, toRevisionSummary } from './to-domain.ts';

type Named = { readonly id: string; readonly name: string };

export interface RevisionInLineage extends MaskRevisionSummary {
  /** COCO compressed */
  readonly counts: string;
  readonly prompts: PromptTrail;
  readonly model: Named | null;
  readonly run: { readonly id: string; readonly note: string; readonly createdAt: Date } | null;
}

/** Everything that is known of one mask. */
export interface MaskLineage {
  readonly id: MaskId;
  readonly projectId: ProjectId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  readonly stage: Stage;
  readonly removed: { readonly at: Date; readonly by: Named | null } | null;
  /** for who leads alone (PP4): whether it was planted, and what became of it */
  readonly planted: PlantedState | null;
  readonly image: {
    readonly id: ImageId;
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly status: ImageStatus;
  };
  /** oldest first, branches among them */
  readonly revisions: readonly RevisionInLineage[];
  /** what people did that made no revision: class, order, removal */
  readonly operations: readonly {
    readonly id: string;
    readonly kind: string;
    readonly detail: unknown;
    readonly at: Date;
    readonly user: Named;
  }[];
  /** verdicts on the image, oldest first */
  readonly reviews: readonly {
    readonly id: string;
    readonly verdict: Verdict;
    readonly note: string;
    readonly at: Date;
    readonly reviewer: Named;
  }[];
  /** dataset versions that hold one of its revisions */
  readonly versions: readonly {
    readonly id: DatasetVersionId;
    readonly number: number;
    readonly name: string;
    readonly createdAt: Date;
    readonly revisionId: string;
    readonly split: Split;
    readonly kind: ItemKind;
    readonly exports: readonly {
      readonly id: ExportId;
      readonly format: ExportFormat;
      readonly state: BuildState;
      readonly createdAt: Date;
    }[];
    readonly models: readonly Named[];
  }[];
}

const named = { select: { id: true, name: true } } as const;

/** One query for the whole way of a mask: proposal, edits, verdicts, versions, exports, models. Removed masks too. */
export async function ofMask(db: Db, maskId: MaskId): Promise<MaskLineage | null> {
  const row = await db.mask.findUnique({
    where: { id: maskId },
    select: {
      id: true,
      classId: true,
      parentId: true,
      stage: true,
      removedAt: true,
      removedBy: named,
      planted: true,
      image: {
        select: {
          id: true,
          projectId: true,
          name: true,
          width: true,
          height: true,
          status: true,
          reviews: {
            select: { id: true, verdict: true, note: true, at: true, reviewer: named },
            orderBy: { at: 'asc' },
          },
        },
      },
      operations: {
        where: { kind: { notIn: ['revise', 'accept', 'revert'] } },
        select: { id: true, kind: true, detail: true, at: true, user: named },
        orderBy: { at: 'asc' },
      },
      revisions: {
        select: {
          ...revisionSelect,
          counts: true,
          prompts: true,
          modelVersion: named,
          run: { select: { id: true, note: true, createdAt: true } },
          datasetItems: {
            where: { datasetVersion: { deletedAt: null, state: 'done' } },
            select: {
              split: true,
              kind: true,
              datasetVersion: {
                select: {
                  id: true,
                  number: true,
                  name: true,
                  createdAt: true,
                  models: named,
                  exports: {
                    select: { id: true, format: true, state: true, createdAt: true },
                    orderBy: { createdAt: 'asc' },
                  },
                },
              },
            },
          },
        },
        orderBy: { seq: 'asc' },
      },
    },
  });
  if (!row) return null;
  const { image, revisions, removedAt, removedBy, stage, ...mask } = row;
  const { reviews, projectId, status, ...picture } = image;
  return {
    ...mask,
    projectId,
    stage: toDomain(stage),
    removed: removedAt && { at: removedAt, by: removedBy },
    image: { ...picture, status: toDomain(status) },
    reviews: reviews.map((review) => ({ ...review, verdict: toDomain(review.verdict) })),
    revisions: revisions.map(({ datasetItems: _, counts, prompts, modelVersion, run, ...revision }) => ({
      ...toRevisionSummary(revision),
      counts,
      prompts: (prompts ?? []) as PromptTrail,
      model: modelVersion,
      run,
    })),
    versions: revisions
      .flatMap(({ id, datasetItems }) =>
        datasetItems.map(({ split, kind, datasetVersion }) => ({
          ...datasetVersion,
          exports: datasetVersion.exports.map((each) => ({ ...each, format: each.format as ExportFormat })),
          revisionId: id,
          split,
          kind,
        })),
      )
      .sort((a, b) => a.number - b.number),
  };
}

// ---- backwards: what a version is made of ----------------------------------------------------------------

/** A version's masks by how they came about, by who made the pixels, and by class. */
export interface Composition {
  readonly byOrigin: readonly { readonly origin: Origin; readonly masks: number }[];
  readonly byPerson: readonly {
    readonly id: UserId | null;
    readonly name: string | null;
    readonly masks: number;
  }[];
  readonly byClass: readonly { readonly classId: ClassId | null; readonly masks: number }[];
}

type CompositionRow = {
  origin: Origin;
  authorId: string | null;
  classId: string | null;
  name: string | null;
  masks: number;
};

export async function compositionOf(db: Db, datasetVersionId: DatasetVersionId): Promise<Composition> {
  const rows = await db.$queryRaw<CompositionRow[]>`
    SELECT t."origin"::text AS "origin", t."authorId", t."classId", u."name", t."masks"
    FROM (SELECT r."origin", r."authorId", d."classId", count(*)::int AS "masks"
          FROM "DatasetItem" d JOIN "MaskRevision" r ON r."id" = d."revisionId"
          WHERE d."datasetVersionId" = ${datasetVersionId}::uuid AND d."kind" = 'mask' GROUP BY 1, 2, 3) t
    LEFT JOIN "User" u ON u."id" = t."authorId"`;
  const names = new Map(rows.map(({ authorId, name }) => [authorId, name]));
  return {
    byOrigin: summed(rows, ({ origin }) => origin).map(([origin, masks]) => ({ origin, masks })),
    byPerson: summed(rows, ({ authorId }) => authorId).map(([id, masks]) => ({
      id,
      name: names.get(id) ?? null,
      masks,
    })),
    byClass: summed(rows, ({ classId }) => classId).map(([classId, masks]) => ({ classId, masks })),
  };
}

/** Largest first. */
function summed<K>(rows: readonly CompositionRow[], keyOf: (row: CompositionRow) => K): [K, number][] {
  const sums = new Map<K, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.masks);
  return [...sums].sort(([, a], [, b]) => b - a);
}

export interface ItemListed {
  readonly maskId: MaskId;
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly width: number;
  readonly height: number;
  readonly classId: ClassId | null;
  readonly kind: ItemKind;
  readonly split: Split;
  readonly origin: Origin;
  readonly author: string | null;
  /** COCO compressed */
  readonly counts: string;
  readonly box: MaskBox;
}

type ItemRow = Omit<ItemListed, 'box'> & { boxX: number; boxY: number; boxW: number; boxH: number };

/** A version's items by mask id. Filters left out (undefined) let everything through. */
export async function itemsOf(
  db: Db,
  datasetVersionId: DatasetVersionId,
  filter: {
    kind: ItemKind;
    origin?: Origin | undefined;
    authorId?: UserId | null | undefined;
    classId?: ClassId | null | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<{ items: ItemListed[]; nextCursor: string | null }> {
  const { kind, origin, authorId, classId, cursor, limit } = filter;
  const [, afterId] = cursor ? fromCursor(cursor) : [];
  const conditions = [
    Prisma.sql`d."datasetVersionId" = ${datasetVersionId}::uuid AND d."kind" = ${kind}::"ItemKind"`,
    ...(origin === undefined ? [] : [Prisma.sql`r."origin" = ${origin}::"Origin"`]),
    ...(authorId === undefined ? [] : [Prisma.sql`r."authorId" IS NOT DISTINCT FROM ${authorId}::uuid`]),
    ...(classId === undefined ? [] : [Prisma.sql`d."classId" IS NOT DISTINCT FROM ${classId}::uuid`]),
    ...(afterId ? [Prisma.sql`d."maskId" > ${afterId}::uuid`] : []),
  ];
  const rows = await db.$queryRaw<ItemRow[]>`
    SELECT d."maskId", d."imageId", i."name" AS "imageName", i."width", i."height", d."classId", d."kind"::text AS "kind",
           d."split"::text AS "split", r."origin"::text AS "origin", u."name" AS "author", r."counts",
           r."boxX", r."boxY", r."boxW", r."boxH"
    FROM "DatasetItem" d
    JOIN "MaskRevision" r ON r."id" = d."revisionId"
    JOIN "Image" i ON i."id" = d."imageId"
    LEFT JOIN "User" u ON u."id" = r."authorId"
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY d."maskId" LIMIT ${limit + 1}`;
  const items = rows.slice(0, limit).map(({ boxX, boxY, boxW, boxH, ...row }) => ({
    ...row,
    box: { x: boxX, y: boxY, width: boxW, height: boxH },
  }));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? toCursor([null, last.maskId]) : null };
}
