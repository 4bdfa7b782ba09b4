import {
  type CloseUp,
  closeUpOfJob,
  type ImageId,
  type JobId,
  type JobState,
  type ProjectId,
  type RunId,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { newestFirst } from './cursor.ts';
import type { Prisma } from './generated/client.ts';
import { newId } from './new-id.ts';

// The truth about work (JB1): a finished job never moves again, so every change of state below names the states it
// starts from, and says whether it happened.

export interface NewJob {
  readonly name: string;
  /** what makes two requests the same work while unfinished (JB2) */
  readonly key: string;
  readonly payload: Prisma.InputJsonValue;
  /** 1 = first */
  readonly priority: number;
  readonly projectId?: ProjectId | null;
  readonly imageId?: ImageId | null;
  readonly runId?: RunId | null;
  readonly requestedById?: UserId | null;
}

export interface Requested {
  readonly id: JobId;
  /** false: the same work was asked for already and is not finished */
  readonly created: boolean;
  /** the existing job was less urgent and has the new priority now */
  readonly raised: boolean;
  readonly state: JobState;
  readonly priority: number;
}

/** A pending row, or the unfinished one with this name and key, made as urgent as asked when it was less so. */
export async function insertPending(db: Db, job: NewJob): Promise<Requested> {
  const id = newId();
  for (let turn = 0; turn < 5; turn++) {
    const made = await db.$queryRaw<{ id: string }[]>`
      INSERT INTO "Job" ("id", "name", "key", "payload", "priority", "projectId", "imageId", "runId", "requestedById", "createdAt")
      VALUES (${id}::uuid, ${job.name}, ${job.key}, ${JSON.stringify(job.payload)}::jsonb, ${job.priority},
              ${job.projectId ?? null}::uuid, ${job.imageId ?? null}::uuid, ${job.runId ?? null}::uuid,
              ${job.requestedById ?? null}::uuid, clock_timestamp())
      ON CONFLICT ("name", "key") WHERE "state" IN ('pending', 'running') DO NOTHING
      RETURNING "id"`;
    if (made[0]) return { id, created: true, raised: false, state: 'pending', priority: job.priority };
    const rows = await db.$queryRaw<{ id: string; state: JobState; before: number; priority: number }[]>`
      UPDATE "Job" j SET "priority" = LEAST(j."priority", ${job.priority})
      FROM (SELECT "id", "priority" FROM "Job" WHERE "name" = ${job.name} AND "key" = ${job.key}
              AND "state" IN ('pending', 'running') FOR UPDATE) old
      WHERE j."id" = old."id"
      RETURNING j."id", j."state"::text AS "state", old."priority" AS "before", j."priority"`;
    const row = rows[0];
    if (row) {
      return {
        id: row.id,
        created: false,
        raised: row.priority < row.before,
        state: row.state,
        priority: row.priority,
      };
    }
    // it finished in between: ask again
  }
  throw new Error(`job ${job.name} ${job.key} could neither be inserted nor found`);
}

/** Many pending rows in one statement; work that is asked for already is left as it is. @returns ids that are new */
export async function insertManyPending(db: Db, jobs: readonly NewJob[]): Promise<JobId[]> {
  if (jobs.length === 0) return [];
  const rows = jobs.map((job) => ({
    id: newId(),
    name: job.name,
    key: job.key,
    payload: job.payload,
    priority: job.priority,
    projectId: job.projectId ?? null,
    imageId: job.imageId ?? null,
    runId: job.runId ?? null,
    requestedById: job.requestedById ?? null,
  }));
  const made = await db.$queryRaw<{ id: string }[]>`
    INSERT INTO "Job" ("id", "name", "key", "payload", "priority", "projectId", "imageId", "runId", "requestedById", "createdAt")
    SELECT x."id", x."name", x."key", x."payload", x."priority", x."projectId", x."imageId", x."runId", x."requestedById", clock_timestamp()
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x("id" uuid, "name" text, "key" text, "payload" jsonb,
      "priority" int, "projectId" uuid, "imageId" uuid, "runId" uuid, "requestedById" uuid)
    ON CONFLICT ("name", "key") WHERE "state" IN ('pending', 'running') DO NOTHING
    RETURNING "id"`;
  return made.map((row) => row.id);
}

export interface JobRow {
  readonly id: JobId;
  readonly name: string;
  readonly key: string;
  /** unparsed; the job table's schema reads it */
  readonly payload: unknown;
  readonly state: JobState;
  readonly priority: number;
  readonly attempts: number;
  /** 0..1 */
  readonly progress: number;
  /** why it failed, was skipped or was cancelled */
  readonly error: string | null;
  readonly errorCode: string | null;
  /** unparsed; what it found, where that is all it was asked for */
  readonly result: unknown;
  readonly projectId: ProjectId | null;
  readonly imageId: ImageId | null;
  readonly runId: RunId | null;
  readonly requestedById: UserId | null;
  readonly workerId: string | null;
  readonly createdAt: Date;
  readonly dispatchedAt: Date | null;
  readonly startedAt: Date | null;
  readonly heartbeatAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = {
  id: true,
  name: true,
  key: true,
  payload: true,
  state: true,
  priority: true,
  attempts: true,
  progress: true,
  error: true,
  errorCode: true,
  result: true,
  projectId: true,
  imageId: true,
  runId: true,
  requestedById: true,
  workerId: true,
  createdAt: true,
  dispatchedAt: true,
  startedAt: true,
  heartbeatAt: true,
  finishedAt: true,
} as const;

export async function get(db: Db, jobId: JobId): Promise<JobRow | null> {
  return db.job.findUnique({ where: { id: jobId }, select: columns });
}

/** Rows of these ids, in no order; unknown ids are left out. */
export async function getMany(db: Db, jobIds: readonly JobId[]): Promise<JobRow[]> {
  return db.job.findMany({ where: { id: { in: [...jobIds] } }, select: columns });
}

/** Notes that the queue has it. */
export async function markDispatched(db: Db, jobIds: readonly JobId[]): Promise<void> {
  await db.$executeRaw`UPDATE "Job" SET "dispatchedAt" = clock_timestamp() WHERE "id" = ANY (${[...jobIds]}::uuid[])`;
}

/**
 * Takes the job for a worker; one attempt more. A running job is taken over: its worker died or lost its lock.
 * @returns null when the job is finished or gone, so there is nothing to do
 */
export async function start(db: Db, jobId: JobId, workerId: string | null): Promise<JobRow | null> {
  const { count } = await db.job.updateMany({
    where: { id: jobId, state: { in: ['pending', 'running'] } },
    data: {
      state: 'running',
      attempts: { increment: 1 },
      workerId,
      progress: 0,
      error: null,
      errorCode: null,
    },
  });
  if (count === 0) return null;
  await db.$executeRaw`
    UPDATE "Job" SET "startedAt" = COALESCE("startedAt", clock_timestamp()), "heartbeatAt" = clock_timestamp()
    WHERE "id" = ${jobId}::uuid`;
  return get(db, jobId);
}

/** Sign of life. @returns false when the job is no longer running, most often because a person cancelled it */
export async function heartbeat(db: Db, jobId: JobId): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "Job" SET "heartbeatAt" = clock_timestamp() WHERE "id" = ${jobId}::uuid AND "state" = 'running'`;
  return count > 0;
}

/** @param fraction 0..1 @returns false when the job is no longer running */
export async function progress(db: Db, jobId: JobId, fraction: number): Promise<boolean> {
  const value = Math.min(1, Math.max(0, fraction));
  const count = await db.$executeRaw`
    UPDATE "Job" SET "progress" = ${value}, "heartbeatAt" = clock_timestamp()
    WHERE "id" = ${jobId}::uuid AND "state" = 'running'`;
  return count > 0;
}

/** An attempt failed and another will follow: back to waiting, with the reason. */
export async function backToPending(db: Db, jobId: JobId, error: string): Promise<boolean> {
  const { count } = await db.job.updateMany({
    where: { id: jobId, state: 'running' },
    data: { state: 'pending', error: short(error), workerId: null },
  });
  return count > 0;
}

/** Keeps what an unfinished job found. Written again it is replaced. */
export async function keepResult(db: Db, jobId: JobId, result: object): Promise<void> {
  await db.job.updateMany({
    where: { id: jobId, state: { in: ['pending', 'running'] } },
    data: { result: result as Prisma.InputJsonObject },
  });
}

export type Finish =
  | { readonly state: 'done' }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'failed'; readonly error: string; readonly code?: string | null };

/** @returns false when it was finished before, so that nothing was changed (JB1) */
export async function finish(db: Db, jobId: JobId, outcome: Finish): Promise<boolean> {
  const reason =
    outcome.state === 'skipped' ? outcome.reason : outcome.state === 'failed' ? outcome.error : null;
  const code = outcome.state === 'failed' ? (outcome.code ?? null) : null;
  const count = await db.$executeRaw`
    UPDATE "Job" SET "state" = ${outcome.state}::"JobState", "finishedAt" = clock_timestamp(),
      "progress" = CASE WHEN ${outcome.state} = 'failed' THEN "progress" ELSE 1 END,
      "error" = ${reason === null ? null : short(reason)}, "errorCode" = ${code}
    WHERE "id" = ${jobId}::uuid AND "state" IN ('pending', 'running')`;
  return count > 0;
}

/** Ends a waiting job at once and tells a running one's worker at its next heartbeat. @returns null when it was finished */
export async function cancel(db: Db, jobId: JobId, reason: string): Promise<JobRow | null> {
  const count = await db.$executeRaw`
    UPDATE "Job" SET "state" = 'cancelled', "finishedAt" = clock_timestamp(), "error" = ${short(reason)}
    WHERE "id" = ${jobId}::uuid AND "state" IN ('pending', 'running')`;
  return count > 0 ? get(db, jobId) : null;
}

/**
 * The same work again as a new job (JB1: the old row stays what it is).
 * @returns null when the job is not there or has not failed or been cancelled
 */
export async function retry(db: Db, jobId: JobId, requestedById: UserId | null): Promise<Requested | null> {
  const old = await get(db, jobId);
  if (!old || (old.state !== 'failed' && old.state !== 'cancelled')) return null;
  return insertPending(db, {
    name: old.name,
    key: old.key,
    payload: old.payload as Prisma.InputJsonValue,
    priority: old.priority,
    projectId: old.projectId,
    imageId: old.imageId,
    runId: old.runId,
    requestedById,
  });
}

export interface StaleLimits {
  /** a pending job that nobody took for this long may never have reached the queue, or was lost there */
  readonly pendingMs: number;
  /** a running job without a sign of life for this long has lost its worker */
  readonly heartbeatMs: number;
  readonly limit: number;
}

/** Jobs that the sweeper hands to the queue again, most urgent first. */
export async function stale(
  db: Db,
  { pendingMs, heartbeatMs, limit }: StaleLimits,
): Promise<{ id: JobId; name: string; state: 'pending' | 'running'; attempts: number; priority: number }[]> {
  return db.$queryRaw`
    SELECT "id", "name", "state"::text AS "state", "attempts", "priority" FROM "Job"
    WHERE ("state" = 'pending' AND GREATEST("createdAt", "dispatchedAt", "heartbeatAt") < clock_timestamp() - ${pendingMs} * interval '1 millisecond')
       OR ("state" = 'running' AND COALESCE("heartbeatAt", "startedAt", "createdAt") < clock_timestamp() - ${heartbeatMs} * interval '1 millisecond')
    ORDER BY "priority", "createdAt" LIMIT ${limit}`;
}

/** Rows of finished jobs nobody will look for again. @returns how many are gone */
export async function removeOld(
  db: Db,
  { name, olderThanMs }: { name: string; olderThanMs: number },
): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Job" WHERE "name" = ${name}
      AND "finishedAt" < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
}

export interface JobListed extends Omit<JobRow, 'payload' | 'result'> {
  readonly imageName: string | null;
  /** the part of the image that it is about */
  readonly closeUp: CloseUp | null;
  readonly requestedBy: { readonly id: UserId; readonly name: string } | null;
}

export interface JobPageRequest {
  /** null: of all projects */
  readonly projectId: ProjectId | null;
  readonly state?: JobState | undefined;
  readonly name?: string | undefined;
  readonly cursor?: string | null | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function page(
  db: Db,
  { projectId, state, name, cursor, limit }: JobPageRequest,
): Promise<{ items: JobListed[]; nextCursor: string | null }> {
  const { payload: _, result: __, ...listed } = columns;
  const rows = await db.job.findMany({
    where: {
      ...(projectId ? { projectId } : {}),
      ...(state ? { state } : {}),
      ...(name ? { name } : {}),
      ...newestFirst.after(cursor),
    },
    select: {
      ...listed,
      image: { select: { name: true } },
      requestedBy: { select: { id: true, name: true } },
    },
    orderBy: newestFirst.orderBy,
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(({ image, ...row }) => ({
    ...row,
    imageName: image?.name ?? null,
    closeUp: closeUpOfJob(row),
  }));
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? newestFirst.cursorOf(last) : null,
  };
}

export interface JobSummary {
  readonly pending: number;
  readonly running: number;
  /** of the last 24 hours */
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** What a project's jobs are doing, and what became of them in the last day. null: of all projects. */
export async function summary(db: Db, projectId: ProjectId | null): Promise<JobSummary> {
  const rows = await db.$queryRaw<{ state: JobState; count: number }[]>`
    SELECT "state"::text AS "state", count(*)::int AS "count" FROM "Job"
    WHERE (${projectId}::uuid IS NULL OR "projectId" = ${projectId}::uuid)
      AND ("state" IN ('pending', 'running') OR "finishedAt" > now() - interval '24 hours')
    GROUP BY "state"`;
  const none: JobSummary = { pending: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

/** Whether this work is asked for and not finished. */
export async function unfinished(db: Db, name: string, key: string): Promise<boolean> {
  const row = await db.job.findFirst({
    where: { name, key, state: { in: ['pending', 'running'] } },
    select: { id: true },
  });
  return row !== null;
}

/** For permission checks. */
export async function projectOf(db: Db, jobId: JobId): Promise<ProjectId | null> {
  const row = await db.job.findUnique({ where: { id: jobId }, select: { projectId: true } });
  return row?.projectId ?? null;
}

/** A stack trace belongs in the log; the row keeps what a person reads. */
function short(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 1_999)}…` : text;
}
