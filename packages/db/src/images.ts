import {
  type EmbeddingState,
  IMAGE_STATUSES,
  type Image,
  type ImageId,
  type ImageSort,
  type ImageStatus,
  type ImageSummary,
  type ProjectId,
  type Stage,
  type UserId,
} from '@maskloop/domain';
import { holder } from './assignments.ts';
import type { Db } from './client.ts';
import { countedImageSql, countedImageWhere } from './counted-images.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { type EncoderOf, embeddingStateSql } from './embedding-state.ts';
import { Prisma } from './generated/client.ts';
import type * as Rows from './generated/enums.ts';
import { newId } from './new-id.ts';
import { countedMaskSql } from './planted.ts';
import { nameContainsSql } from './run-scope.ts';
import { imageSelect, toDomain, toImage, toRow } from './to-domain.ts';

export interface NewImage {
  readonly projectId: ProjectId;
  /** of the uploaded bytes, hex */
  readonly sha256: string;
  readonly name: string;
  /** pixels after EXIF orientation */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation 1..8 of the stored bytes */
  readonly orientation: number;
  readonly format: string;
  readonly bitDepth: number;
  readonly bytes: number;
  readonly uploadedById: UserId | null;
  readonly priority?: number;
  readonly groupKey?: string | null;
}

/**
 * The project's live image with these bytes, made when there is none.
 * @returns `added` false: it was there already
 */
export async function insert(db: Db, image: NewImage): Promise<{ id: ImageId; added: boolean }> {
  const { projectId, sha256 } = image;
  // two uploads of the same bytes at once: the partial unique index lets one in and the other reads it. An
  // earlier row may vanish between both statements, hence the second turn.
  for (let turn = 0; turn < 3; turn++) {
    const rows = await db.$queryRaw<{ id: string }[]>`
      INSERT INTO "Image" ("id", "projectId", "sha256", "name", "width", "height", "orientation", "format", "bitDepth",
                           "bytes", "priority", "groupKey", "uploadedById")
      VALUES (${newId()}::uuid, ${projectId}::uuid, ${sha256}, ${image.name}, ${image.width}, ${image.height},
              ${image.orientation}, ${image.format}, ${image.bitDepth}, ${image.bytes}, ${image.priority ?? 0},
              ${image.groupKey ?? null}, ${image.uploadedById}::uuid)
      ON CONFLICT ("projectId", "sha256") WHERE "deletedAt" IS NULL AND "secondOfId" IS NULL DO NOTHING
      RETURNING "id"`;
    if (rows[0]) return { id: rows[0].id, added: true };
    const existing = await findBySha(db, projectId, sha256);
    if (existing) return { id: existing.id, added: false };
  }
  throw new Error(`image ${sha256} of project ${projectId} could neither be inserted nor found`);
}

/** The project's live image with these bytes. */
export async function findBySha(
  db: Db,
  projectId: ProjectId,
  sha256: string,
): Promise<{ id: ImageId; name: string } | null> {
  return db.image.findFirst({
    where: { projectId, sha256, ...countedImageWhere },
    select: { id: true, name: true },
  });
}

/** Which of these files the project has as live images. */
export async function known(
  db: Db,
  projectId: ProjectId,
  sha256s: readonly string[],
): Promise<{ sha256: string; imageId: ImageId }[]> {
  const rows = await db.image.findMany({
    where: { projectId, sha256: { in: [...sha256s] }, ...countedImageWhere },
    select: { id: true, sha256: true },
  });
  return rows.map(({ id, sha256 }) => ({ sha256, imageId: id }));
}

export interface ImageFilter {
  readonly status?: readonly ImageStatus[] | undefined;
  readonly embedding?: EmbeddingState | undefined;
  /** part of the name, whatever its letter case */
  readonly text?: string | undefined;
}

export interface ImagePageRequest {
  readonly projectId: ProjectId;
  readonly filter?: ImageFilter;
  readonly sort: ImageSort;
  readonly direction: 'asc' | 'desc';
  readonly cursor?: string | null | undefined;
  readonly limit: number;
  /** of the project's active model version; null when it has none */
  readonly encoder: EncoderOf | null;
  /** counts masks for who may be tested (PP5) */
  readonly veiled?: boolean;
}

export interface ImagePage {
  readonly items: ImageSummary[];
  readonly nextCursor: string | null;
  /** of all pages together */
  readonly total: number;
}

/** Column to sort by, as text for the cursor and back. The id breaks ties, in the same direction. */
const SORTS: Readonly<Record<ImageSort, { readonly value: Prisma.Sql; readonly type: Prisma.Sql }>> = {
  newest: { value: Prisma.sql`i."createdAt"`, type: Prisma.sql`timestamptz` },
  name: { value: Prisma.sql`i."name"`, type: Prisma.sql`text` },
  priority: { value: Prisma.sql`i."priority"`, type: Prisma.sql`int` },
  // images nobody scored yet come last when the least sure come first
  uncertainty: { value: Prisma.sql`COALESCE(i."uncertainty", -1)`, type: Prisma.sql`float8` },
};

type PageRow = Omit<Image, 'status'> & {
  status: Rows.ImageStatus;
  sortValue: string;
  maskCount: number;
  embedding: EmbeddingState;
  holderId: string | null;
  holderName: string | null;
  assigneeId: string | null;
  assigneeName: string | null;
};

/** Two queries whatever the size: the page, and the total. */
export async function page(db: Db, request: ImagePageRequest): Promise<ImagePage> {
  const { sort, direction, limit, encoder, veiled = false } = request;
  const { value, type } = SORTS[sort];
  const descending = direction === 'desc';
  const state = embeddingStateSql(encoder);
  const where = matching(request, state);
  const after = request.cursor ? fromCursor(request.cursor) : null;
  const seek = after
    ? Prisma.sql`AND (${value}, i."id") ${descending ? Prisma.sql`<` : Prisma.sql`>`} (${String(after[0])}::${type}, ${after[1]}::uuid)`
    : Prisma.empty;
  const order = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;

  // counts, state and holder are worked out for the rows of the page only, hence the inner query with the limit
  const rows = await db.$queryRaw<PageRow[]>`
    SELECT i."id", i."projectId", i."sha256", i."name", i."width", i."height", i."status"::text AS "status", i."priority",
           i."createdAt", i."sortValue", ${state} AS "embedding",
           (SELECT count(*)::int FROM "Mask" k WHERE k."imageId" = i."id" AND k."removedAt" IS NULL
             AND ${countedMaskSql(veiled, 'k')}) AS "maskCount",
           u."id" AS "holderId", u."name" AS "holderName", w."id" AS "assigneeId", w."name" AS "assigneeName"
    FROM (SELECT i.*, (${value})::text AS "sortValue", row_number() OVER (ORDER BY ${value} ${order}, i."id" ${order}) AS "place"
          FROM "Image" i WHERE ${where} ${seek}
          ORDER BY ${value} ${order}, i."id" ${order} LIMIT ${limit + 1}) i
    LEFT JOIN "Assignment" a ON a."imageId" = i."id" AND a."state" = 'active' AND a."expiresAt" > now()
    LEFT JOIN "User" u ON u."id" = a."userId"
    LEFT JOIN "User" w ON w."id" = i."assigneeId"
    ORDER BY i."place"`;
  const totals = await db.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS "total" FROM "Image" i WHERE ${where}`;

  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      ...toImage(row),
      maskCount: row.maskCount,
      embedding: row.embedding,
      holder: row.holderId === null ? null : { id: row.holderId, name: row.holderName ?? '' },
      assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assigneeName ?? '' },
    })),
    nextCursor: rows.length > limit && last ? toCursor([last.sortValue, last.id]) : null,
    total: totals[0]?.total ?? 0,
  };
}

function matching({ projectId, filter }: ImagePageRequest, state: Prisma.Sql): Prisma.Sql {
  const parts = [Prisma.sql`i."projectId" = ${projectId}::uuid AND ${countedImageSql}`];
  if (filter?.status && filter.status.length > 0) {
    parts.push(Prisma.sql`i."status" = ANY (${filter.status.map(toRow)}::"ImageStatus"[])`);
  }
  const text = filter?.text?.trim();
  if (text) parts.push(nameContainsSql(text));
  if (filter?.embedding) parts.push(Prisma.sql`${state} = ${filter.embedding}`);
  return Prisma.join(parts, ' AND ');
}

export async function countsByStatus(
  db: Db,
  projectId: ProjectId,
): Promise<{ total: number; byStatus: Record<ImageStatus, number> }> {
  const groups = await db.image.groupBy({
    by: ['status'],
    where: { projectId, ...countedImageWhere },
    _count: { _all: true },
  });
  const byStatus = Object.fromEntries(IMAGE_STATUSES.map((status) => [status, 0])) as Record<
    ImageStatus,
    number
  >;
  for (const group of groups) byStatus[toDomain(group.status)] = group._count._all;
  return { total: Object.values(byStatus).reduce((a, b) => a + b, 0), byStatus };
}

export interface ImageForEditor {
  readonly image: Image;
  /** the stored bytes' format and EXIF orientation */
  readonly format: string;
  readonly orientation: number;
  /** DL1: the image that it labels a second time; null: it is an image of its own */
  readonly secondOfId: ImageId | null;
  /** ST3: the stage it was first submitted in; until then its project's */
  readonly stage: Stage;
  readonly confidentIou: number;
  readonly confidentStability: number;
  readonly embedding: EmbeddingState;
  /** the project's active model version with its manifest, unparsed */
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly encoderSha256: string;
    readonly decoderSha256: string;
    readonly manifest: unknown;
  } | null;
  readonly holder: { readonly id: UserId; readonly name: string; readonly expiresAt: Date } | null;
}

/** Everything the editor shows before the first mask. Deleted images are not found. */
export async function forEditor(db: Db, imageId: ImageId): Promise<ImageForEditor | null> {
  const row = await db.image.findFirst({
    where: { id: imageId, deletedAt: null },
    select: {
      ...imageSelect,
      format: true,
      orientation: true,
      stage: true,
      secondOfId: true,
      project: {
        select: {
          stage: true,
          confidentIou: true,
          confidentStability: true,
          activeModelVersion: {
            select: { id: true, name: true, encoderSha256: true, decoderSha256: true, manifest: true },
          },
        },
      },
    },
  });
  if (!row) return null;
  const model = row.project.activeModelVersion;
  const lease = await holder(db, imageId);
  return {
    image: toImage(row),
    format: row.format,
    orientation: row.orientation,
    secondOfId: row.secondOfId,
    stage: toDomain(row.stage ?? row.project.stage),
    confidentIou: row.project.confidentIou,
    confidentStability: row.project.confidentStability,
    embedding: await embeddingState(
      db,
      imageId,
      model && { modelVersionId: model.id, encoderSha256: model.encoderSha256 },
    ),
    model,
    holder: lease && { id: lease.id, name: lease.name, expiresAt: lease.expiresAt },
  };
}

export async function embeddingState(
  db: Db,
  imageId: ImageId,
  encoder: EncoderOf | null,
): Promise<EmbeddingState> {
  const rows = await db.$queryRaw<{ state: EmbeddingState }[]>`
    SELECT ${embeddingStateSql(encoder)} AS "state" FROM "Image" i WHERE i."id" = ${imageId}::uuid`;
  return rows[0]?.state ?? 'missing';
}

/** What a blob route or a job needs. Deleted images are not found. */
export async function forBlob(
  db: Db,
  imageId: ImageId,
): Promise<{
  id: ImageId;
  projectId: ProjectId;
  sha256: string;
  name: string;
  format: string;
  width: number;
  height: number;
  orientation: number;
  bytes: number;
} | null> {
  const row = await db.image.findFirst({
    where: { id: imageId, deletedAt: null },
    select: {
      id: true,
      projectId: true,
      sha256: true,
      name: true,
      format: true,
      width: true,
      height: true,
      orientation: true,
      bytes: true,
    },
  });
  return row && { ...row, bytes: Number(row.bytes) };
}

/** For permission checks: which project an image belongs to. Deleted images are not found. */
export async function projectOf(db: Db, imageId: ImageId): Promise<ProjectId | null> {
  const row = await db.image.findFirst({
    where: { id: imageId, deletedAt: null },
    select: { projectId: true },
  });
  return row?.projectId ?? null;
}

/** Images around this one in the order (name, id) of its project; none around a second labeling, which is not among them. */
export async function neighbours(
  db: Db,
  imageId: ImageId,
  count: number,
): Promise<{ previous: ImageId | null; next: ImageId[] }> {
  const rows = await db.$queryRaw<{ id: string; side: number }[]>`
    WITH here AS (SELECT "projectId", "name", "id" FROM "Image" WHERE "id" = ${imageId}::uuid AND "secondOfId" IS NULL)
    (SELECT i."id", -1 AS "side" FROM "Image" i, here
     WHERE i."projectId" = here."projectId" AND ${countedImageSql} AND (i."name", i."id") < (here."name", here."id")
     ORDER BY i."name" DESC, i."id" DESC LIMIT 1)
    UNION ALL
    (SELECT i."id", 1 AS "side" FROM "Image" i, here
     WHERE i."projectId" = here."projectId" AND ${countedImageSql} AND (i."name", i."id") > (here."name", here."id")
     ORDER BY i."name", i."id" LIMIT ${count})`;
  return {
    previous: rows.find((row) => row.side < 0)?.id ?? null,
    next: rows.filter((row) => row.side > 0).map((row) => row.id),
  };
}

export interface StatusChange {
  readonly status: ImageStatus;
  /** only from one of these; left out: from any */
  readonly from?: readonly ImageStatus[];
  /** the project's stage, kept when the image is submitted */
  readonly stage?: Stage;
  readonly skipReason?: string | null;
}

/** @returns false when the image was not in a status of `from`, or does not exist */
export async function setStatus(db: Db, imageId: ImageId, change: StatusChange): Promise<boolean> {
  const { count } = await db.image.updateMany({
    where: {
      id: imageId,
      deletedAt: null,
      ...(change.from ? { status: { in: change.from.map((status) => toRow(status)) } } : {}),
    },
    data: {
      status: toRow(change.status),
      ...(change.stage ? { stage: toRow(change.stage) } : {}),
      ...(change.skipReason === undefined ? {} : { skipReason: change.skipReason }),
    },
  });
  return count > 0;
}

/** @returns how many of the project's images were changed */
export async function setPriority(
  db: Db,
  { projectId, imageIds, priority }: { projectId: ProjectId; imageIds: readonly ImageId[]; priority: number },
): Promise<number> {
  const { count } = await db.image.updateMany({
    where: { projectId, id: { in: [...imageIds] }, deletedAt: null },
    data: { priority },
  });
  return count;
}

/**
 * The rows stay, for the revisions and dataset versions that name them. Second labelings go with their images.
 * @returns those of the given ids that were live until now
 */
export async function softDelete(
  db: Db,
  projectId: ProjectId,
  imageIds: readonly ImageId[],
): Promise<ImageId[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Image" SET "deletedAt" = now()
    WHERE "projectId" = ${projectId}::uuid AND "deletedAt" IS NULL
      AND ("id" = ANY (${[...imageIds]}::uuid[]) OR "secondOfId" = ANY (${[...imageIds]}::uuid[]))
    RETURNING "id"`;
  const given = new Set(imageIds);
  return rows.flatMap(({ id }) => (given.has(id) ? [id] : []));
}

export interface RunPageRequest {
  readonly projectId: ProjectId;
  readonly status?: readonly ImageStatus[];
  /** only images without an embedding of this encoder */
  readonly missingEmbedding?: EncoderOf | null;
  readonly afterId?: ImageId | null;
  readonly limit: number;
}

/** Images for a job over a whole project, by id: new uploads come at the end, so paging misses none. */
export async function pageForRun(
  db: Db,
  { projectId, status, missingEmbedding, afterId, limit }: RunPageRequest,
): Promise<{ id: ImageId; sha256: string; priority: number }[]> {
  const parts = [Prisma.sql`i."projectId" = ${projectId}::uuid AND ${countedImageSql}`];
  if (status) parts.push(Prisma.sql`i."status" = ANY (${status.map(toRow)}::"ImageStatus"[])`);
  if (missingEmbedding)
    parts.push(Prisma.sql`${embeddingStateSql(missingEmbedding)} IN ('missing', 'failed')`);
  if (afterId) parts.push(Prisma.sql`i."id" > ${afterId}::uuid`);
  return db.$queryRaw<{ id: string; sha256: string; priority: number }[]>`
    SELECT i."id", i."sha256", i."priority" FROM "Image" i WHERE ${Prisma.join(parts, ' AND ')} ORDER BY i."id" LIMIT ${limit}`;
}

/** Whether the project has or had an image with these bytes; deleted ones count, so that nothing brings them back. */
export async function everHad(db: Db, projectId: ProjectId, sha256: string): Promise<boolean> {
  const row = await db.image.findFirst({ where: { projectId, sha256 }, select: { id: true } });
  return row !== null;
}
