// DL1 to DL5: second labelings and how far they agree with the first. A second labeling is an image row of its own that
// shows the same picture: editor, leases and saving know nothing of it, and what counts images leaves it out.
import {
  type Agreement,
  type AgreementSums,
  agreementFigures,
  type ImageId,
  type ImageStatus,
  isHumanVerified,
  type LabeledMask,
  type LabeledPair,
  type MaskId,
  type MaskOperationKind,
  ORIGINS,
  type ProjectId,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';
import type * as Rows from './generated/enums.ts';
import { newId } from './new-id.ts';
import { toDomain } from './to-domain.ts';

const FINISHED: readonly Rows.ImageStatus[] = ['submitted', 'accepted'];

// ---- who may label what (DL2) ---------------------------------------------------------------------------

/**
 * DL2, as SQL text about the "Image" row `i`: the person labeled the other labeling of this picture (submitted it, or
 * changed a mask of it), and both are not compared yet.
 */
export function labeledOtherSql(userId: UserId): Prisma.Sql {
  return Prisma.sql`(EXISTS (
    SELECT 1 FROM "Image" o
    WHERE (o."id" = i."secondOfId" OR o."secondOfId" = i."id")
      AND (EXISTS (SELECT 1 FROM "Assignment" a
                   WHERE a."imageId" = o."id" AND a."userId" = ${userId}::uuid AND a."state" = 'submitted')
        OR EXISTS (SELECT 1 FROM "MaskOperation" p WHERE p."imageId" = o."id" AND p."userId" = ${userId}::uuid)))
    AND NOT EXISTS (SELECT 1 FROM "Agreement" g WHERE g."imageId" = COALESCE(i."secondOfId", i."id")))`;
}

/** Of these images those that the person may not label (DL2). */
export async function refused(
  db: Db,
  imageIds: readonly ImageId[],
  userId: UserId,
): Promise<{ id: ImageId; name: string }[]> {
  return db.$queryRaw<{ id: string; name: string }[]>`
    SELECT i."id", i."name" FROM "Image" i
    WHERE i."id" = ANY (${[...imageIds]}::uuid[]) AND ${labeledOtherSql(userId)} ORDER BY i."name", i."id"`;
}

// ---- making one -------------------------------------------------------------------------------------------

/**
 * Makes an image's second labeling in the caller's transaction, unless it has or had one: in the stage of the first, as
 * urgent as it, empty but for what a model proposed for the first before anybody judged it.
 * @returns false when there was one already
 */
export async function createSecond(tx: Db, imageId: ImageId): Promise<boolean> {
  const [made] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO "Image" ("id", "projectId", "sha256", "name", "width", "height", "orientation", "format", "bitDepth",
                         "bytes", "stage", "priority", "uncertainty", "groupKey", "uploadedById", "secondOfId")
    SELECT ${newId()}::uuid, "projectId", "sha256", "name", "width", "height", "orientation", "format", "bitDepth",
           "bytes", "stage", "priority", "uncertainty", "groupKey", "uploadedById", "id"
    FROM "Image" WHERE "id" = ${imageId}::uuid AND "secondOfId" IS NULL
    ON CONFLICT ("secondOfId") DO NOTHING RETURNING "id"`;
  if (!made) return false;
  await copyProposals(tx, imageId, made.id);
  return true;
}

/**
 * What models proposed, as they proposed it, for both to judge: what a person made of it stays behind, and so does a
 * class that a person gave, and what was planted. The copies belong to no run, so a run's figures and its roll-back do not meet them.
 */
async function copyProposals(tx: Db, fromId: ImageId, toId: ImageId): Promise<void> {
  const rows = await tx.mask.findMany({
    where: {
      imageId: fromId,
      planted: null,
      withdrawnByRunId: null,
      revisions: { some: { seq: 1, edit: 'propose' } },
    },
    select: {
      classId: true,
      zIndex: true,
      stage: true,
      operations: { where: { kind: 'setClass' satisfies MaskOperationKind }, select: { id: true }, take: 1 },
      revisions: { where: { seq: 1 } },
    },
    orderBy: [{ zIndex: 'asc' }, { id: 'asc' }],
  });
  const copies = rows.flatMap(({ revisions: [revision], ...mask }) =>
    revision ? [{ mask, revision, maskId: newId(), revisionId: newId() }] : [],
  );
  if (copies.length === 0) return;
  await tx.mask.createMany({
    data: copies.map(({ mask, maskId }) => ({
      id: maskId,
      imageId: toId,
      classId: mask.operations.length > 0 ? null : mask.classId,
      zIndex: mask.zIndex,
      stage: mask.stage,
      origin: 'proposed' as const,
    })),
  });
  await tx.maskRevision.createMany({
    data: copies.map(({ revision, maskId, revisionId }) => ({
      ...revision,
      id: revisionId,
      maskId,
      imageId: toId,
      runId: null,
      parentRevisionId: null,
      createdAt: new Date(),
      prompts: (revision.prompts ?? []) as Prisma.InputJsonArray,
    })),
  });
  await tx.$executeRaw`
    UPDATE "Mask" m SET "headRevisionId" = r."id", "headArea" = r."area", "headAt" = r."createdAt"
    FROM "MaskRevision" r
    WHERE r."id" = ANY (${copies.map(({ revisionId }) => revisionId)}::uuid[]) AND m."id" = r."maskId"`;
}

// ---- comparing both (DL4) ---------------------------------------------------------------------------------

/**
 * The image whose two labelings can be compared now: both are finished, and they were not compared before. The row of the
 * first is locked, so of two submissions at once the later one sees the other.
 * @param imageId of either labeling
 * @returns id of the first; null: not yet, or never
 */
export async function readyToCompare(tx: Db, imageId: ImageId): Promise<ImageId | null> {
  const [first] = await tx.$queryRaw<{ id: string }[]>`
    SELECT f."id" FROM "Image" f
    WHERE f."id" = (SELECT COALESCE(i."secondOfId", i."id") FROM "Image" i WHERE i."id" = ${imageId}::uuid)
    FOR NO KEY UPDATE`;
  if (!first) return null;
  const both = await tx.image.count({
    where: {
      OR: [{ id: first.id, agreement: null }, { secondOfId: first.id }],
      status: { in: [...FINISHED] },
      deletedAt: null,
    },
  });
  return both === 2 ? first.id : null;
}

interface Labeling {
  /** who submitted it last */
  readonly by: UserId | null;
  readonly masks: readonly LabeledMask[];
}

export interface Labelings {
  readonly projectId: ProjectId;
  readonly width: number;
  readonly height: number;
  readonly first: Labeling;
  readonly second: Labeling;
}

/** Both labelings of an image; null when it, or the second one, was deleted. */
export async function labelingsOf(db: Db, imageId: ImageId): Promise<Labelings | null> {
  const row = await db.image.findFirst({
    where: { id: imageId, deletedAt: null },
    select: {
      projectId: true,
      width: true,
      height: true,
      second: { select: { id: true, deletedAt: true } },
    },
  });
  if (!row?.second || row.second.deletedAt) return null;
  const { projectId, width, height, second } = row;
  return {
    projectId,
    width,
    height,
    first: await labelingOf(db, imageId),
    second: await labelingOf(db, second.id),
  };
}

/** A proposal that nobody judged is nobody's word and is left out. */
async function labelingOf(db: Db, imageId: ImageId): Promise<Labeling> {
  const [submission, masks] = await Promise.all([
    db.assignment.findFirst({
      where: { imageId, state: 'submitted' },
      select: { userId: true },
      orderBy: { endedAt: 'desc' },
    }),
    db.mask.findMany({
      where: { imageId, removedAt: null, origin: { in: ORIGINS.filter(isHumanVerified) } },
      select: { id: true, classId: true, headRevision: { select: { counts: true } } },
      orderBy: { id: 'asc' },
    }),
  ]);
  return {
    by: submission?.userId ?? null,
    masks: masks.flatMap(({ id, classId, headRevision }) =>
      headRevision ? [{ id, classId, counts: headRevision.counts }] : [],
    ),
  };
}

/** The first comparison stays: later ones would measure the review, too. */
export async function keepAgreement(
  db: Db,
  imageId: ImageId,
  agreement: Agreement,
  { firstById, secondById }: { readonly firstById: UserId | null; readonly secondById: UserId | null },
): Promise<void> {
  const { pairs, classes, first, second, matched, iouSum, boundarySum, relabelled } = agreement;
  await db.agreement.createMany({
    data: {
      imageId,
      firstById,
      secondById,
      first,
      second,
      matched,
      iouSum,
      boundarySum,
      relabelled,
      // sums of fractions may end a hair above 1
      score: Math.min(1, agreementFigures(agreement).score),
      pairs: pairs as unknown as Prisma.InputJsonArray,
      classes: classes as unknown as Prisma.InputJsonArray,
    },
    skipDuplicates: true,
  });
}

/** What is known of an image's second labeling. */
export interface SecondLabeling {
  readonly secondId: ImageId;
  readonly status: ImageStatus;
  /** null: not compared yet */
  readonly compared: {
    readonly sums: AgreementSums;
    readonly relabelled: number;
    readonly by: { readonly id: UserId; readonly name: string } | null;
    readonly pairs: readonly LabeledPair[];
    /** the second labeling's masks as they are now, unjudged proposals left out */
    readonly maskIds: readonly MaskId[];
  } | null;
}

/** null: the image is not labeled twice, or is the second labeling itself. */
export async function secondOf(db: Db, imageId: ImageId): Promise<SecondLabeling | null> {
  const row = await db.image.findUnique({
    where: { id: imageId },
    select: {
      second: { select: { id: true, status: true, deletedAt: true } },
      agreement: { include: { secondBy: { select: { id: true, name: true } } } },
    },
  });
  if (!row?.second || row.second.deletedAt) return null;
  const { second, agreement } = row;
  const { masks } = agreement ? await labelingOf(db, second.id) : { masks: [] };
  return {
    secondId: second.id,
    status: toDomain(second.status),
    compared: agreement && {
      sums: {
        first: agreement.first,
        second: agreement.second,
        matched: agreement.matched,
        iouSum: agreement.iouSum,
        boundarySum: agreement.boundarySum,
      },
      relabelled: agreement.relabelled,
      by: agreement.secondBy,
      pairs: agreement.pairs as unknown as LabeledPair[],
      maskIds: masks.map(({ id }) => id),
    },
  };
}
