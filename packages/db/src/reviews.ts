import {
  type AssignmentId,
  type Comment,
  type CommentId,
  type ImageId,
  type ImageStatus,
  isHumanCorrected,
  type MaskForReview,
  ORIGINS,
  type PassedReview,
  type ProjectId,
  type Remarks,
  type ReviewId,
  type Stage,
  type UserId,
  type Verdict,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { Prisma } from './generated/client.ts';
import type * as Rows from './generated/enums.ts';
import { plausibleSql } from './planted.ts';
import { type RevisionRow, toDomain, toRevisionSummary, toRow } from './to-domain.ts';

// ---- the queue ----------------------------------------------------------------------------------------

export interface QueueRequest {
  readonly projectId: ProjectId;
  /** `submitted`: what waits, oldest first; the others: what was judged, newest first */
  readonly status: Extract<ImageStatus, 'submitted' | 'accepted' | 'sent-back'>;
  readonly stage?: Stage | undefined;
  readonly submitterId?: UserId | undefined;
  /** part of the name, whatever its letter case */
  readonly text?: string | undefined;
  /** only images that were judged before */
  readonly again?: boolean | undefined;
  readonly cursor?: string | null | undefined;
  readonly limit: number;
}

export interface QueuedImage {
  readonly id: ImageId;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** the stage it was submitted in */
  readonly stage: Stage | null;
  readonly submitter: { readonly id: UserId; readonly name: string } | null;
  readonly submittedAt: Date;
  readonly maskCount: number;
  /** of these, how many a person made or changed */
  readonly correctedCount: number;
  /** verdicts passed so far */
  readonly rounds: number;
}

/** Who submitted each image last, and when. */
const lastSubmission = Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT a."id", a."userId", a."endedAt" FROM "Assignment" a
    WHERE a."imageId" = i."id" AND a."state" = 'submitted' ORDER BY a."endedAt" DESC LIMIT 1) s ON true`;

/** Two queries whatever the size: the page, and the total. */
export async function queue(
  db: Db,
  request: QueueRequest,
): Promise<{ items: QueuedImage[]; nextCursor: string | null; total: number }> {
  const { status, limit } = request;
  const waiting = status === 'submitted';
  const at = Prisma.sql`COALESCE(s."endedAt", i."createdAt")`;
  const where = matching(request);
  const after = request.cursor ? fromCursor(request.cursor) : null;
  const seek = after
    ? Prisma.sql`AND (${at}, i."id") ${waiting ? Prisma.sql`>` : Prisma.sql`<`} (${String(after[0])}::timestamptz, ${after[1]}::uuid)`
    : Prisma.empty;
  const order = waiting ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const corrected = ORIGINS.filter(isHumanCorrected);
  const rows = await db.$queryRaw<
    (Omit<QueuedImage, 'stage' | 'submitter'> & {
      stage: Rows.Stage | null;
      userId: string | null;
      userName: string | null;
    })[]
  >`
    SELECT i.*, u."id" AS "userId", u."name" AS "userName", k."masks" AS "maskCount", k."corrected" AS "correctedCount",
           (SELECT count(*)::int FROM "Review" r WHERE r."imageId" = i."id") AS "rounds"
    FROM (SELECT i."id", i."name", i."width", i."height", i."stage"::text AS "stage", s."userId" AS "by", ${at} AS "submittedAt"
          FROM "Image" i ${lastSubmission} WHERE ${where} ${seek}
          ORDER BY ${at} ${order}, i."id" ${order} LIMIT ${limit + 1}) i
    LEFT JOIN "User" u ON u."id" = i."by"
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS "masks", (count(*) FILTER (WHERE m."origin" = ANY (${corrected}::"Origin"[])))::int AS "corrected"
      FROM "Mask" m WHERE m."imageId" = i."id" AND m."removedAt" IS NULL AND ${plausibleSql()}) k
    ORDER BY i."submittedAt" ${order}, i."id" ${order}`;
  const totals = await db.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS "total" FROM "Image" i ${lastSubmission} WHERE ${where}`;
  const items = rows
    .slice(0, limit)
    .map(
      ({
        id,
        name,
        width,
        height,
        stage,
        userId,
        userName,
        submittedAt,
        maskCount,
        correctedCount,
        rounds,
      }) => ({
        id,
        name,
        width,
        height,
        stage: stage && toDomain(stage),
        submitter: userId === null ? null : { id: userId, name: userName ?? '' },
        submittedAt,
        maskCount,
        correctedCount,
        rounds,
      }),
    );
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? toCursor([last.submittedAt.toISOString(), last.id]) : null,
    total: totals[0]?.total ?? 0,
  };
}

function matching({ projectId, status, stage, submitterId, text, again }: QueueRequest): Prisma.Sql {
  const parts = [
    Prisma.sql`i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND i."status" = ${toRow(status)}::"ImageStatus"`,
  ];
  if (stage) parts.push(Prisma.sql`i."stage" = ${toRow(stage)}::"Stage"`);
  if (submitterId) parts.push(Prisma.sql`s."userId" = ${submitterId}::uuid`);
  const part = text?.trim();
  if (part) parts.push(Prisma.sql`i."name" ILIKE ${`%${part.replace(/[\\%_]/g, '\\$&')}%`}`);
  if (again) parts.push(Prisma.sql`EXISTS (SELECT 1 FROM "Review" r WHERE r."imageId" = i."id")`);
  return Prisma.join(parts, ' AND ');
}

/** Everybody who submitted an image of the project that has this status: what the queue can be filtered by. */
export async function submitters(
  db: Db,
  projectId: ProjectId,
): Promise<{ readonly id: UserId; readonly name: string }[]> {
  return db.$queryRaw<{ id: string; name: string }[]>`
    SELECT DISTINCT u."id", u."name" FROM "Assignment" a
    JOIN "Image" i ON i."id" = a."imageId" JOIN "User" u ON u."id" = a."userId"
    WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql} AND a."state" = 'submitted' ORDER BY u."name"`;
}

// ---- one image ----------------------------------------------------------------------------------------

export interface Submission {
  readonly assignmentId: AssignmentId;
  readonly at: Date;
  readonly submitter: { readonly id: UserId; readonly name: string };
}

/** The last one; null for an image that nobody submitted by the editor. */
export async function submissionOf(db: Db, imageId: ImageId): Promise<Submission | null> {
  const row = await db.assignment.findFirst({
    where: { imageId, state: 'submitted' },
    select: { id: true, endedAt: true, leasedAt: true, user: { select: { id: true, name: true } } },
    orderBy: { endedAt: 'desc' },
  });
  return row && { assignmentId: row.id, at: row.endedAt ?? row.leasedAt, submitter: row.user };
}

/** People besides this one who lead the project or are admins, and can sign in (RV2). */
export async function otherLeads(db: Db, projectId: ProjectId, userId: UserId): Promise<number> {
  return db.user.count({
    where: {
      id: { not: userId },
      disabledAt: null,
      OR: [{ isAdmin: true }, { memberships: { some: { projectId, role: 'lead' } } }],
    },
  });
}

/** When anything about the image's masks changed last; null when it has none (RV4). */
export async function changedAt(db: Db, imageId: ImageId): Promise<Date | null> {
  const found = await db.mask.aggregate({ where: { imageId }, _max: { updatedAt: true } });
  return found._max.updatedAt;
}

type ReviewRow = Omit<RevisionRow, 'author'> & {
  maskId: string;
  classId: string | null;
  maskParentId: string | null;
  zIndex: number;
  removed: boolean;
  counts: string;
  authorId: string | null;
  authorName: string | null;
  proposalId: string | null;
  proposalCounts: string | null;
  beforeId: string | null;
  beforeCounts: string | null;
};

/**
 * An image's masks with the proposals they began as and what they were at the last verdict. Rejected proposals and
 * masks that went since then are among them. One query.
 * @param since when the last verdict was passed
 */
export async function masksOf(db: Db, imageId: ImageId, since: Date | null): Promise<MaskForReview[]> {
  const rows = await db.$queryRaw<ReviewRow[]>`
    SELECT m."id" AS "maskId", m."classId", m."parentId" AS "maskParentId", m."zIndex", m."removedAt" IS NOT NULL AS "removed",
           r."id", r."seq", r."edit"::text AS "edit", r."origin"::text AS "origin", r."stage"::text AS "stage", r."branch",
           r."area", r."boxX", r."boxY", r."boxW", r."boxH", r."promptCount", r."modelVersionId", r."predictedIou",
           r."stability", r."textModelId", r."textPhrase", r."textScore", r."iouWithParent", r."iouWithProposal", r."activeMs", r."createdAt", r."counts",
           u."id" AS "authorId", u."name" AS "authorName", p."id" AS "proposalId", p."counts" AS "proposalCounts",
           b."id" AS "beforeId", b."counts" AS "beforeCounts"
    FROM "Mask" m
    JOIN "MaskRevision" r ON r."id" = m."headRevisionId"
    LEFT JOIN "User" u ON u."id" = r."authorId"
    LEFT JOIN LATERAL (
      SELECT x."id", x."counts" FROM "MaskRevision" x WHERE x."maskId" = m."id" AND x."edit" = 'propose'
      ORDER BY x."seq" LIMIT 1) p ON true
    LEFT JOIN LATERAL (
      SELECT x."id", x."counts" FROM "MaskRevision" x
      WHERE x."maskId" = m."id" AND NOT x."branch" AND x."createdAt" <= ${since}::timestamptz
        AND (m."removedAt" IS NULL OR m."removedAt" > ${since}::timestamptz)
      ORDER BY x."seq" DESC LIMIT 1) b ON true
    WHERE m."imageId" = ${imageId}::uuid
      AND (m."removedAt" IS NULL OR p."id" IS NOT NULL AND m."removedById" IS NOT NULL OR b."id" IS NOT NULL)
      AND ${plausibleSql()}
    ORDER BY m."zIndex", m."id"`;
  return rows.map((row) => ({
    id: row.maskId,
    classId: row.classId,
    parentId: row.maskParentId,
    zIndex: row.zIndex,
    removed: row.removed,
    head: toRevisionSummary({
      ...row,
      author: row.authorId === null ? null : { id: row.authorId, name: row.authorName ?? '' },
    }),
    counts: row.counts,
    proposal: pixels(row.proposalId, row.proposalCounts),
    before: pixels(row.beforeId, row.beforeCounts),
  }));
}

function pixels(id: string | null, counts: string | null) {
  return id === null || counts === null ? null : { id, counts };
}

// ---- verdicts and remarks -----------------------------------------------------------------------------

const commentSelect = {
  id: true,
  maskId: true,
  x: true,
  y: true,
  text: true,
  at: true,
  resolvedAt: true,
  reviewId: true,
  author: { select: { id: true, name: true } },
} as const;

export async function remarks(db: Db, imageId: ImageId): Promise<Remarks> {
  const [reviews, comments] = await Promise.all([
    db.review.findMany({
      where: { imageId },
      select: {
        id: true,
        verdict: true,
        note: true,
        at: true,
        reviewer: { select: { id: true, name: true } },
      },
      orderBy: { at: 'desc' },
    }),
    db.comment.findMany({
      where: { imageId },
      select: commentSelect,
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
    }),
  ]);
  return {
    imageId,
    reviews: reviews.map((row): PassedReview => ({ ...row, verdict: toDomain(row.verdict) })),
    comments,
  };
}

/** The image's status, locked until the transaction ends. */
export async function lockStatus(db: Db, imageId: ImageId): Promise<ImageStatus | null> {
  const rows = await db.$queryRaw<{ status: Rows.ImageStatus }[]>`
    SELECT "status"::text AS "status" FROM "Image" WHERE "id" = ${imageId}::uuid AND "deletedAt" IS NULL FOR UPDATE`;
  return rows[0] ? toDomain(rows[0].status) : null;
}

export interface NewReview {
  readonly imageId: ImageId;
  readonly assignmentId: AssignmentId | null;
  readonly reviewerId: UserId;
  readonly verdict: Verdict;
  readonly note: string;
}

/** The verdict, together with the pins that its reviewer set before. */
export async function create(db: Db, review: NewReview): Promise<{ id: ReviewId }> {
  const { id } = await db.review.create({
    data: { ...review, verdict: toRow(review.verdict) },
    select: { id: true },
  });
  await db.comment.updateMany({
    where: { imageId: review.imageId, authorId: review.reviewerId, reviewId: null },
    data: { reviewId: id },
  });
  return { id };
}

export async function countOpenComments(db: Db, imageId: ImageId): Promise<number> {
  return db.comment.count({ where: { imageId, resolvedAt: null } });
}

export interface NewComment {
  readonly imageId: ImageId;
  readonly authorId: UserId;
  readonly maskId: string | null;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export async function comment(db: Db, input: NewComment): Promise<Comment> {
  return db.comment.create({ data: input, select: commentSelect });
}

/** For permission checks. */
export async function placeOfComment(
  db: Db,
  commentId: CommentId,
): Promise<{ imageId: ImageId; projectId: ProjectId } | null> {
  const row = await db.comment.findFirst({
    where: { id: commentId, image: { deletedAt: null } },
    select: { imageId: true, image: { select: { projectId: true } } },
  });
  return row && { imageId: row.imageId, projectId: row.image.projectId };
}

/** @returns false when it was so already */
export async function setResolved(db: Db, commentId: CommentId, resolved: boolean): Promise<boolean> {
  const { count } = await db.comment.updateMany({
    where: { id: commentId, resolvedAt: resolved ? null : { not: null } },
    data: { resolvedAt: resolved ? new Date() : null },
  });
  return count > 0;
}

/** Takes one's own pin back, as long as no verdict carried it. @returns false when there is no such pin */
export async function removeComment(db: Db, commentId: CommentId, authorId: UserId): Promise<boolean> {
  const { count } = await db.comment.deleteMany({ where: { id: commentId, authorId, reviewId: null } });
  return count > 0;
}
