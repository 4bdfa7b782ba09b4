import type {
  ClassId,
  Edit,
  ImageId,
  MaskBox,
  MaskForEditor,
  MaskId,
  MaskOperationKind,
  MaskRevisionSummary,
  ModelVersionId,
  OperationId,
  OperationResult,
  Origin,
  PromptTrail,
  RevisionId,
  RunId,
  Stage,
  UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';
import { type RevisionRow, revisionSelect, toDomain, toRevisionSummary, toRow } from './to-domain.ts';

// ---- reading ------------------------------------------------------------------------------------------

type EditorRow = Omit<RevisionRow, 'author' | 'stage'> & {
  stage: RevisionRow['stage'];
  maskId: string;
  imageId: string;
  classId: string | null;
  maskParentId: string | null;
  zIndex: number;
  maskStage: RevisionRow['stage'];
  counts: string;
  prompts: PromptTrail | null;
  authorId: string | null;
  authorName: string | null;
  branchRevisionId: string | null;
};

/**
 * An image's masks with their head revisions, in drawing order; removed ones are left out. One query.
 *
 * `branchRevisionId` is the newest branch whose author has not written to the mask's history since: taking the
 * branch over (revert to it) or editing what is there both settle it (SV2).
 */
export async function forEditor(db: Db, imageId: ImageId): Promise<MaskForEditor[]> {
  const rows = await db.$queryRaw<EditorRow[]>`
    SELECT m."id" AS "maskId", m."imageId", m."classId", m."parentId" AS "maskParentId", m."zIndex",
           m."stage"::text AS "maskStage", r."id", r."seq", r."edit"::text AS "edit", r."origin"::text AS "origin",
           r."stage"::text AS "stage", r."branch", r."area", r."boxX", r."boxY", r."boxW", r."boxH", r."promptCount",
           r."modelVersionId", r."predictedIou", r."stability", r."textModelId", r."textPhrase", r."textScore", r."iouWithParent", r."iouWithProposal", r."activeMs",
           r."createdAt", r."counts", r."prompts", u."id" AS "authorId", u."name" AS "authorName",
           (SELECT b."id" FROM "MaskRevision" b
            WHERE b."maskId" = m."id" AND b."branch" AND NOT EXISTS (
              SELECT 1 FROM "MaskRevision" later WHERE later."maskId" = m."id" AND NOT later."branch"
                AND later."seq" > b."seq" AND later."authorId" = b."authorId")
            ORDER BY b."seq" DESC LIMIT 1) AS "branchRevisionId"
    FROM "Mask" m
    JOIN "MaskRevision" r ON r."id" = m."headRevisionId"
    LEFT JOIN "User" u ON u."id" = r."authorId"
    WHERE m."imageId" = ${imageId}::uuid AND m."removedAt" IS NULL
    ORDER BY m."zIndex", m."id"`;
  return rows.map((row) => ({
    id: row.maskId,
    imageId: row.imageId,
    classId: row.classId,
    parentId: row.maskParentId,
    zIndex: row.zIndex,
    stage: toDomain(row.maskStage),
    head: toRevisionSummary({ ...row, author: authorOf(row) }),
    counts: row.counts,
    prompts: row.prompts ?? [],
    branchRevisionId: row.branchRevisionId,
  }));
}

function authorOf(row: { authorId: string | null; authorName: string | null }) {
  return row.authorId === null ? null : { id: row.authorId, name: row.authorName ?? '' };
}

/** A mask's image and project, for permission checks; removed masks too. */
export async function placeOf(
  db: Db,
  maskId: MaskId,
): Promise<{ imageId: ImageId; projectId: string } | null> {
  const row = await db.mask.findFirst({
    where: { id: maskId, image: { deletedAt: null } },
    select: { imageId: true, image: { select: { projectId: true } } },
  });
  return row && { imageId: row.imageId, projectId: row.image.projectId };
}

/** All revisions, newest first, branches among them. */
export async function history(db: Db, maskId: MaskId): Promise<MaskRevisionSummary[]> {
  const rows = await db.maskRevision.findMany({
    where: { maskId },
    select: revisionSelect,
    orderBy: { seq: 'desc' },
  });
  return rows.map(toRevisionSummary);
}

export interface RevisionWithPixels {
  readonly maskId: MaskId;
  readonly imageId: ImageId;
  readonly projectId: string;
  readonly parentRevisionId: RevisionId | null;
  readonly summary: MaskRevisionSummary;
  /** COCO compressed counts */
  readonly counts: string;
  readonly prompts: PromptTrail;
}

export async function revision(db: Db, revisionId: RevisionId): Promise<RevisionWithPixels | null> {
  const row = await db.maskRevision.findUnique({
    where: { id: revisionId },
    select: {
      ...revisionSelect,
      maskId: true,
      imageId: true,
      parentRevisionId: true,
      counts: true,
      prompts: true,
      image: { select: { projectId: true } },
    },
  });
  if (!row) return null;
  return {
    maskId: row.maskId,
    imageId: row.imageId,
    projectId: row.image.projectId,
    parentRevisionId: row.parentRevisionId,
    summary: toRevisionSummary(row),
    counts: row.counts,
    prompts: (row.prompts ?? []) as PromptTrail,
  };
}

/** The pixels a mask started from when a model proposed it; null when a person made it. */
export async function proposalOf(
  db: Db,
  maskId: MaskId,
): Promise<{ id: RevisionId; counts: string; modelVersionId: ModelVersionId | null } | null> {
  return db.maskRevision.findFirst({
    where: { maskId, edit: 'propose' },
    select: { id: true, counts: true, modelVersionId: true },
    orderBy: { seq: 'asc' },
  });
}

// ---- writing ------------------------------------------------------------------------------------------

export interface LockedMask {
  readonly id: MaskId;
  readonly imageId: ImageId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  readonly zIndex: number;
  readonly stage: Stage;
  readonly removedAt: Date | null;
  /** the run that took it away, untouched as it was */
  readonly withdrawnByRunId: RunId | null;
  readonly head: {
    readonly id: RevisionId;
    readonly seq: number;
    readonly origin: Origin;
    readonly area: number;
    readonly counts: string;
  } | null;
  /** largest seq of all revisions, branches among them; 0 when there is none */
  readonly lastSeq: number;
}

/** The mask with its head, locked until the transaction ends: whoever else saves to it waits. */
export async function lockHead(db: Db, maskId: MaskId): Promise<LockedMask | null> {
  // the lock first and alone: a join under FOR UPDATE would show the head as it was before the wait
  const locked = await db.$queryRaw<
    {
      id: string;
      imageId: string;
      classId: string | null;
      parentId: string | null;
      zIndex: number;
      stage: RevisionRow['stage'];
      removedAt: Date | null;
      withdrawnByRunId: string | null;
      headRevisionId: string | null;
    }[]
  >`
    SELECT "id", "imageId", "classId", "parentId", "zIndex", "stage"::text AS "stage", "removedAt", "withdrawnByRunId", "headRevisionId"
    FROM "Mask" WHERE "id" = ${maskId}::uuid FOR UPDATE`;
  const mask = locked[0];
  if (!mask) return null;
  const rows = await db.$queryRaw<
    { lastSeq: number; id: string | null; seq: number; origin: Origin; area: number; counts: string }[]
  >`
    SELECT COALESCE((SELECT max(x."seq") FROM "MaskRevision" x WHERE x."maskId" = ${maskId}::uuid), 0) AS "lastSeq",
           r."id", r."seq", r."origin"::text AS "origin", r."area", r."counts"
    FROM (SELECT 1) one LEFT JOIN "MaskRevision" r ON r."id" = ${mask.headRevisionId}::uuid`;
  const row = rows[0];
  return {
    id: mask.id,
    imageId: mask.imageId,
    classId: mask.classId,
    parentId: mask.parentId,
    zIndex: mask.zIndex,
    stage: toDomain(mask.stage),
    removedAt: mask.removedAt,
    withdrawnByRunId: mask.withdrawnByRunId,
    head: row?.id
      ? { id: row.id, seq: row.seq, origin: row.origin, area: row.area, counts: row.counts }
      : null,
    lastSeq: row?.lastSeq ?? 0,
  };
}

export interface NewMask {
  /** made by the client or the worker */
  readonly id: MaskId;
  readonly imageId: ImageId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  /** left out: above everything in the image */
  readonly zIndex?: number;
  readonly stage: Stage;
  /** of its first revision, which must follow in the same transaction */
  readonly origin: Origin;
  readonly runId?: RunId | null;
  readonly createdById: UserId | null;
}

/** The identity alone; `appendRevision` gives it pixels. */
export async function createMask(db: Db, mask: NewMask): Promise<void> {
  const zIndex = mask.zIndex ?? (await topOrder(db, mask.imageId)) + 1;
  await db.mask.create({
    data: {
      id: mask.id,
      imageId: mask.imageId,
      classId: mask.classId,
      parentId: mask.parentId,
      zIndex,
      stage: toRow(mask.stage),
      origin: mask.origin,
      runId: mask.runId ?? null,
      createdById: mask.createdById,
    },
    select: { id: true },
  });
}

async function topOrder(db: Db, imageId: ImageId): Promise<number> {
  const top = await db.mask.aggregate({ where: { imageId, removedAt: null }, _max: { zIndex: true } });
  return top._max.zIndex ?? 0;
}

export interface NewRevision {
  /** made by the client or the worker */
  readonly id: RevisionId;
  readonly maskId: MaskId;
  readonly imageId: ImageId;
  /** one more than `lastSeq` of the locked mask */
  readonly seq: number;
  readonly parentRevisionId: RevisionId | null;
  /** true: the head had moved; kept beside the history */
  readonly branch?: boolean;
  readonly edit: Edit;
  readonly origin: Origin;
  readonly stage: Stage;
  /** COCO compressed counts */
  readonly counts: string;
  readonly area: number;
  readonly box: MaskBox;
  readonly prompts?: PromptTrail | null;
  readonly promptCount?: number;
  readonly modelVersionId?: ModelVersionId | null;
  readonly runId?: RunId | null;
  readonly predictedIou?: number | null;
  readonly stability?: number | null;
  readonly iouWithParent?: number | null;
  readonly iouWithProposal?: number | null;
  readonly activeMs?: number;
  readonly authorId: UserId | null;
}

/** Adds a revision and makes it the mask's head, unless it is a branch. The mask must be locked (`lockHead`). */
export async function appendRevision(db: Db, revision: NewRevision): Promise<MaskRevisionSummary> {
  const branch = revision.branch ?? false;
  const row = await db.maskRevision.create({
    data: {
      id: revision.id,
      maskId: revision.maskId,
      imageId: revision.imageId,
      seq: revision.seq,
      parentRevisionId: revision.parentRevisionId,
      branch,
      edit: revision.edit,
      origin: revision.origin,
      stage: toRow(revision.stage),
      counts: revision.counts,
      area: revision.area,
      boxX: revision.box.x,
      boxY: revision.box.y,
      boxW: revision.box.width,
      boxH: revision.box.height,
      prompts: revision.prompts ? (revision.prompts as Prisma.InputJsonArray) : Prisma.DbNull,
      promptCount: revision.promptCount ?? 0,
      modelVersionId: revision.modelVersionId ?? null,
      runId: revision.runId ?? null,
      predictedIou: revision.predictedIou ?? null,
      stability: revision.stability ?? null,
      iouWithParent: revision.iouWithParent ?? null,
      iouWithProposal: revision.iouWithProposal ?? null,
      activeMs: revision.activeMs ?? 0,
      authorId: revision.authorId,
    },
    select: revisionSelect,
  });
  if (!branch) {
    await db.mask.update({
      where: { id: revision.maskId },
      data: {
        headRevisionId: row.id,
        origin: row.origin,
        headArea: row.area,
        headAt: row.createdAt,
        headAuthorId: revision.authorId,
      },
      select: { id: true },
    });
  }
  return toRevisionSummary(row);
}

export async function setClass(db: Db, maskId: MaskId, classId: ClassId | null): Promise<void> {
  await db.mask.update({ where: { id: maskId }, data: { classId }, select: { id: true } });
}

export async function setParent(db: Db, maskId: MaskId, parentId: MaskId | null): Promise<void> {
  await db.mask.update({ where: { id: maskId }, data: { parentId }, select: { id: true } });
}

export async function setOrder(db: Db, maskId: MaskId, zIndex: number): Promise<void> {
  await db.mask.update({ where: { id: maskId }, data: { zIndex }, select: { id: true } });
}

/** Whether `ancestorId` is the mask itself or one of its ancestors: such a parent would close a circle. */
export async function isWithin(db: Db, maskId: MaskId, ancestorId: MaskId): Promise<boolean> {
  const rows = await db.$queryRaw<{ hit: boolean }[]>`
    WITH RECURSIVE up AS (
      SELECT "id", "parentId" FROM "Mask" WHERE "id" = ${maskId}::uuid
      UNION
      SELECT m."id", m."parentId" FROM "Mask" m JOIN up ON m."id" = up."parentId")
    SELECT EXISTS (SELECT 1 FROM up WHERE "id" = ${ancestorId}::uuid) AS "hit"`;
  return rows[0]?.hit ?? false;
}

/** Recorded, not erased: removing a proposal is a rejection that counts. @returns false when it was removed before */
export async function remove(db: Db, maskId: MaskId, userId: UserId): Promise<boolean> {
  const { count } = await db.mask.updateMany({
    where: { id: maskId, removedAt: null },
    data: { removedAt: new Date(), removedById: userId },
  });
  return count > 0;
}

/** @returns false when it was not removed, or was a planted proposal that is settled (PP3) */
export async function restore(db: Db, maskId: MaskId): Promise<boolean> {
  const { count } = await db.mask.updateMany({
    where: {
      id: maskId,
      removedAt: { not: null },
      OR: [{ planted: null }, { planted: { in: ['open', 'remade'] } }],
    },
    data: { removedAt: null, removedById: null, withdrawnByRunId: null },
  });
  return count > 0;
}

// ---- operations: what makes saving idempotent (SV1) ----------------------------------------------------

export interface RecordedOperation {
  readonly id: OperationId;
  readonly imageId: ImageId;
  readonly userId: UserId;
  readonly result: OperationResult;
}

/** Operations of these ids that were handled before, with the answer each got then. */
export async function findOperations(
  db: Db,
  ids: readonly OperationId[],
): Promise<Map<OperationId, RecordedOperation>> {
  const rows = await db.maskOperation.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, imageId: true, userId: true, result: true },
  });
  return new Map(rows.map((row) => [row.id, { ...row, result: revived(row.result) }]));
}

export interface NewOperation {
  readonly id: OperationId;
  readonly imageId: ImageId;
  readonly maskId: MaskId;
  readonly userId: UserId;
  readonly kind: MaskOperationKind;
  /** the operation without its pixels */
  readonly detail: Prisma.InputJsonValue;
  readonly result: OperationResult;
}

/** @returns false when the id is taken: another request was faster and its answer counts */
export async function recordOperation(db: Db, operation: NewOperation): Promise<boolean> {
  const { count } = await db.maskOperation.createMany({
    data: {
      id: operation.id,
      imageId: operation.imageId,
      maskId: operation.maskId,
      userId: operation.userId,
      kind: operation.kind,
      detail: operation.detail,
      result: JSON.parse(JSON.stringify(operation.result)) as Prisma.InputJsonObject,
    },
    skipDuplicates: true,
  });
  return count === 1;
}

/** JSON keeps a date as text. */
function revived(result: unknown): OperationResult {
  const stored = result as OperationResult;
  const dated = (summary: MaskRevisionSummary): MaskRevisionSummary => ({
    ...summary,
    createdAt: new Date(summary.createdAt),
  });
  switch (stored.status) {
    case 'applied':
      return { ...stored, revision: stored.revision && dated(stored.revision) };
    case 'branched':
      return { ...stored, head: dated(stored.head) };
    case 'refused':
      return stored;
  }
}
