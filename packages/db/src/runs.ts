import {
  type ImageId,
  isRunOver,
  type ModelVersionId,
  type ProjectId,
  RUN_ITEM_STATES,
  RUN_PRIORITIES,
  type RunId,
  type RunInput,
  type RunItem,
  type RunItemState,
  type RunKind,
  type RunParameters,
  type RunPriority,
  type RunProposal,
  type RunScope,
  type RunState,
  type RunSummary,
  type RunText,
  stateAtEnd,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { fromCursor, newestFirst, toCursor } from './cursor.ts';
import { Prisma } from './generated/client.ts';
import * as jobs from './jobs.ts';
import { newId } from './new-id.ts';
import { scopeSql } from './run-scope.ts';

// ---- beginning ----------------------------------------------------------------------------------------

/** The order alone; its images follow by `addItems` or `addSample`. */
export async function create(
  db: Db,
  run: Omit<RunInput, 'sample' | 'seed' | 'text'> & {
    readonly projectId: ProjectId;
    readonly startedById: UserId;
    readonly text?: RunText | null;
  },
): Promise<{ id: RunId }> {
  return db.run.create({
    data: {
      id: newId(),
      projectId: run.projectId,
      modelVersionId: run.modelVersionId,
      kinds: [...run.kinds],
      parameters: run.parameters,
      scope: run.scope,
      text: run.text ?? Prisma.DbNull,
      priority: RUN_PRIORITIES[run.priority],
      dryRun: run.dryRun,
      note: run.note,
      startedById: run.startedById,
    },
    select: { id: true },
  });
}

type RunOf = Pick<RunRow, 'id' | 'projectId' | 'scope'>;

/**
 * Adds the next images of the scope by id. Safe to repeat.
 * @returns the last image's id, to go on from; null when there are no more
 */
export async function addItems(
  db: Db,
  run: RunOf,
  { afterId, limit }: { afterId: ImageId | null; limit: number },
): Promise<ImageId | null> {
  const after = afterId ? Prisma.sql`AND i."id" > ${afterId}::uuid` : Prisma.empty;
  const rows = await db.$queryRaw<{ last: string | null }[]>`
    WITH page AS (
      SELECT i."id" FROM "Image" i WHERE ${scopeSql(run.projectId, run.scope)} ${after} ORDER BY i."id" LIMIT ${limit}),
    added AS (
      INSERT INTO "RunItem" ("runId", "imageId", "updatedAt")
      SELECT ${run.id}::uuid, "id", clock_timestamp() FROM page ON CONFLICT DO NOTHING)
    SELECT "id" AS "last" FROM page ORDER BY "id" DESC LIMIT 1`;
  return rows[0]?.last ?? null;
}

/** Images in a scope, counted up to a limit. */
export async function countScope(
  db: Db,
  projectId: ProjectId,
  scope: RunScope,
  limit: number,
): Promise<number> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM (
      SELECT 1 FROM "Image" i WHERE ${scopeSql(projectId, scope)} LIMIT ${limit}) found`;
  return rows[0]?.count ?? 0;
}

/** Adds images of the scope by chance: the same seed and images give the same ones. @returns how many */
export async function addSample(db: Db, run: RunOf, sample: { size: number; seed: number }): Promise<number> {
  return db.$executeRaw`
    INSERT INTO "RunItem" ("runId", "imageId", "updatedAt")
    SELECT ${run.id}::uuid, i."id", clock_timestamp() FROM "Image" i WHERE ${scopeSql(run.projectId, run.scope)}
    ORDER BY md5(i."id"::text || ${String(sample.seed)}), i."id" LIMIT ${sample.size}`;
}

/** All images are known: work may begin. @returns false when it was cancelled or begun before */
export async function begin(db: Db, runId: RunId): Promise<boolean> {
  const { count } = await db.run.updateMany({
    where: { id: runId, state: 'pending' },
    data: { state: 'running' },
  });
  return count > 0;
}

// ---- what a worker needs --------------------------------------------------------------------------------

export interface RunRow {
  readonly id: RunId;
  readonly projectId: ProjectId;
  readonly modelVersionId: ModelVersionId;
  readonly kinds: readonly RunKind[];
  readonly state: RunState;
  readonly parameters: RunParameters;
  readonly scope: RunScope;
  readonly text: RunText | null;
  /** of its jobs */
  readonly priority: number;
  readonly dryRun: boolean;
}

const columns = {
  id: true,
  projectId: true,
  modelVersionId: true,
  kinds: true,
  state: true,
  parameters: true,
  scope: true,
  text: true,
  priority: true,
  dryRun: true,
} as const;

export async function row(db: Db, runId: RunId): Promise<RunRow | null> {
  const found = await db.run.findUnique({ where: { id: runId }, select: columns });
  // all three are written by `create` alone
  return (
    found && {
      ...found,
      parameters: found.parameters as RunParameters,
      scope: found.scope as RunScope,
      text: found.text as RunText | null,
    }
  );
}

/**
 * The item's and the run's states; the item is locked, and the run cannot be cancelled, until the transaction ends.
 * null when the run is gone.
 */
export async function lockItem(
  db: Db,
  runId: RunId,
  imageId: ImageId,
): Promise<{ item: RunItemState; run: RunState } | null> {
  const rows = await db.$queryRaw<{ item: RunItemState; run: RunState }[]>`
    SELECT i."state"::text AS "item", r."state"::text AS "run"
    FROM "RunItem" i JOIN "Run" r ON r."id" = i."runId"
    WHERE i."runId" = ${runId}::uuid AND i."imageId" = ${imageId}::uuid
    FOR UPDATE OF i FOR SHARE OF r`;
  return rows[0] ?? null;
}

export interface ItemEnd {
  readonly state: Exclude<RunItemState, 'pending'>;
  readonly error?: string | null;
  readonly proposals?: number | null;
  readonly ms?: number | null;
  readonly preview?: readonly RunProposal[] | null;
}

/** @returns false when the item was finished before, so that nothing was changed */
export async function endItem(
  db: Db,
  { runId, imageId }: { runId: RunId; imageId: ImageId },
  { state, error = null, proposals = null, ms = null, preview = null }: ItemEnd,
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "RunItem" SET "state" = ${state}::"RunItemState", "error" = ${error?.slice(0, 2_000) ?? null},
      "proposals" = ${proposals}::int, "ms" = ${ms}::float8,
      "preview" = ${preview === null ? null : JSON.stringify(preview)}::jsonb, "updatedAt" = clock_timestamp()
    WHERE "runId" = ${runId}::uuid AND "imageId" = ${imageId}::uuid AND "state" = 'pending'`;
  return count > 0;
}

/** The run, which cannot be cancelled until the transaction ends. */
export async function lock(
  db: Db,
  runId: RunId,
): Promise<{ state: RunState; projectId: ProjectId; priority: number } | null> {
  const rows = await db.$queryRaw<{ state: RunState; projectId: string; priority: number }[]>`
    SELECT "state"::text AS "state", "projectId", "priority" FROM "Run" WHERE "id" = ${runId}::uuid FOR SHARE`;
  return rows[0] ?? null;
}

/** Unfinished jobs of a run. */
export async function inFlight(db: Db, runId: RunId): Promise<number> {
  return db.job.count({ where: { runId, state: { in: ['pending', 'running'] } } });
}

/** Images that wait and have no unfinished job yet. */
export async function withoutJob(db: Db, runId: RunId, limit: number): Promise<ImageId[]> {
  const rows = await db.$queryRaw<{ imageId: string }[]>`
    SELECT i."imageId" FROM "RunItem" i
    WHERE i."runId" = ${runId}::uuid AND i."state" = 'pending' AND NOT EXISTS (
      SELECT 1 FROM "Job" j WHERE j."runId" = i."runId" AND j."imageId" = i."imageId" AND j."state" IN ('pending', 'running'))
    ORDER BY i."imageId" LIMIT ${limit}`;
  return rows.map(({ imageId }) => imageId);
}

/** Items whose job ended without its worker being able to say so: it died too often, or a person cancelled the job. */
export async function followJobs(db: Db, runId: RunId): Promise<number> {
  return db.$executeRaw`
    UPDATE "RunItem" i SET "state" = j."state"::text::"RunItemState", "error" = j."error", "updatedAt" = clock_timestamp()
    FROM "Job" j
    WHERE i."runId" = ${runId}::uuid AND i."state" = 'pending' AND j."runId" = i."runId" AND j."imageId" = i."imageId"
      AND j."state" IN ('failed', 'cancelled') AND j."finishedAt" > i."updatedAt"
      AND NOT EXISTS (SELECT 1 FROM "Job" k WHERE k."runId" = i."runId" AND k."imageId" = i."imageId" AND k."state" IN ('pending', 'running'))`;
}

/** RN6: ends a running run that has nothing left to do. @returns its state then; null when it goes on or was over */
export async function settle(db: Db, runId: RunId): Promise<RunState | null> {
  const open = await db.runItem.findFirst({ where: { runId, state: 'pending' }, select: { imageId: true } });
  if (open !== null) return null;
  const { counts } = await tally(db, runId);
  const state = stateAtEnd(counts);
  const count = await db.$executeRaw`
    UPDATE "Run" SET "state" = ${state}::"RunState", "finishedAt" = clock_timestamp()
    WHERE "id" = ${runId}::uuid AND "state" = 'running'
      AND NOT EXISTS (SELECT 1 FROM "RunItem" WHERE "runId" = ${runId}::uuid AND "state" = 'pending')`;
  return count > 0 ? state : null;
}

/** For the sweeper: unfinished runs with few jobs under way, which may have lost what keeps them going. */
export async function idle(db: Db, fewerJobsThan: number): Promise<{ id: RunId; projectId: ProjectId }[]> {
  return db.$queryRaw<{ id: string; projectId: string }[]>`
    SELECT r."id", r."projectId" FROM "Run" r
    WHERE r."state" IN ('pending', 'running') AND
      (SELECT count(*) FROM "Job" j WHERE j."runId" = r."id" AND j."state" IN ('pending', 'running')) < ${fewerJobsThan}`;
}

// ---- what a person does ---------------------------------------------------------------------------------

/** Ends a run, its waiting images and its jobs. @returns false when it was over already */
export async function cancel(db: Db, runId: RunId): Promise<boolean> {
  // the run first: a job that is writing its image holds it, and is through before anything below is read
  const count = await db.$executeRaw`
    UPDATE "Run" SET "state" = 'cancelled', "finishedAt" = clock_timestamp()
    WHERE "id" = ${runId}::uuid AND "state" IN ('pending', 'running')`;
  if (count === 0) return false;
  await db.$executeRaw`
    UPDATE "RunItem" SET "state" = 'cancelled', "updatedAt" = clock_timestamp()
    WHERE "runId" = ${runId}::uuid AND "state" = 'pending'`;
  await db.$executeRaw`
    UPDATE "Job" SET "state" = 'cancelled', "finishedAt" = clock_timestamp(), "error" = 'its run was cancelled'
    WHERE "runId" = ${runId}::uuid AND "state" IN ('pending', 'running')`;
  return true;
}

/** A run of which nothing stands any more. */
export async function markCancelled(db: Db, runId: RunId): Promise<void> {
  await db.run.update({ where: { id: runId }, data: { state: 'cancelled' }, select: { id: true } });
}

/** Opens images of these states again, and the run with them. @returns how many; 0 leaves the run as it is */
export async function reopen(db: Db, runId: RunId, states: readonly RunItemState[]): Promise<number> {
  const count = await db.$executeRaw`
    UPDATE "RunItem" SET "state" = 'pending', "error" = NULL, "proposals" = NULL, "ms" = NULL, "updatedAt" = clock_timestamp()
    WHERE "runId" = ${runId}::uuid AND "state" = ANY (${[...states]}::"RunItemState"[])`;
  if (count > 0) {
    await db.run.update({
      where: { id: runId },
      data: { state: 'running', finishedAt: null },
      select: { id: true },
    });
  }
  return count;
}

// ---- looking --------------------------------------------------------------------------------------------

export type Tally = Pick<RunSummary, 'counts' | 'proposals'>;

const nothing = (): Record<RunItemState, number> =>
  Object.fromEntries(RUN_ITEM_STATES.map((state) => [state, 0])) as Record<RunItemState, number>;

async function tallies(db: Db, runIds: readonly RunId[]): Promise<Map<RunId, Tally>> {
  const groups = await db.runItem.groupBy({
    by: ['runId', 'state'],
    where: { runId: { in: [...runIds] } },
    _count: { _all: true },
    _sum: { proposals: true },
  });
  const found = new Map<RunId, { counts: Record<RunItemState, number>; proposals: number }>();
  for (const { runId, state, _count, _sum } of groups) {
    const one = found.get(runId) ?? { counts: nothing(), proposals: 0 };
    one.counts[state] = _count._all;
    one.proposals += _sum.proposals ?? 0;
    found.set(runId, one);
  }
  return found;
}

/** A run's images by state, and its proposals. */
export async function tally(db: Db, runId: RunId): Promise<Tally> {
  return (await tallies(db, [runId])).get(runId) ?? { counts: nothing(), proposals: 0 };
}

const listed = {
  ...columns,
  note: true,
  createdAt: true,
  finishedAt: true,
  modelVersion: { select: { id: true, name: true } },
  startedBy: { select: { id: true, name: true } },
} as const;

type ListedRow = Prisma.RunGetPayload<{ select: typeof listed }>;

function toSummary(run: ListedRow, tallied: Tally | undefined): RunSummary {
  return {
    id: run.id,
    projectId: run.projectId,
    model: run.modelVersion,
    kinds: run.kinds,
    state: run.state,
    parameters: run.parameters as RunParameters,
    scope: run.scope as RunScope,
    text: run.text as RunText | null,
    priority: priorityName(run.priority),
    dryRun: run.dryRun,
    note: run.note,
    startedBy: run.startedBy,
    createdAt: run.createdAt,
    finishedAt: run.finishedAt,
    counts: tallied?.counts ?? nothing(),
    proposals: tallied?.proposals ?? 0,
  };
}

function priorityName(value: number): RunPriority {
  const names = Object.keys(RUN_PRIORITIES) as RunPriority[];
  return names.find((name) => RUN_PRIORITIES[name] === value) ?? 'normal';
}

/** Runs of these projects that are not over, newest first. */
export async function unfinishedIn(
  db: Db,
  projectIds: readonly ProjectId[],
  limit: number,
): Promise<RunSummary[]> {
  const found = await db.run.findMany({
    where: { projectId: { in: [...projectIds] }, state: { in: ['pending', 'running'] } },
    select: listed,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  const counted = await tallies(
    db,
    found.map(({ id }) => id),
  );
  return found.map((run) => toSummary(run, counted.get(run.id)));
}

/** Newest first. */
export async function page(
  db: Db,
  { projectId, cursor, limit }: { projectId: ProjectId; cursor?: string | undefined; limit: number },
): Promise<{ items: RunSummary[]; nextCursor: string | null }> {
  const found = await db.run.findMany({
    where: {
      projectId,
      ...newestFirst.after(cursor),
    },
    select: listed,
    orderBy: newestFirst.orderBy,
    take: limit + 1,
  });
  const shown = found.slice(0, limit);
  const counted = await tallies(
    db,
    shown.map(({ id }) => id),
  );
  const last = shown.at(-1);
  return {
    items: shown.map((run) => toSummary(run, counted.get(run.id))),
    nextCursor: found.length > limit && last ? newestFirst.cursorOf(last) : null,
  };
}

export interface RunFigures {
  /** over the last five minutes; null while nothing was finished in them, or the run is over */
  readonly imagesPerMinute: number | null;
  /** until its last image at that speed */
  readonly secondsLeft: number | null;
  /** a roll-back is under way */
  readonly rollingBack: boolean;
  /** the latest images that failed */
  readonly failures: readonly RunItem[];
}

const SPEED_MINUTES = 5;

export async function get(db: Db, runId: RunId): Promise<(RunSummary & RunFigures) | null> {
  // before the run's state, which the job sets before it ends: no answer says that a roll-back is over and has done nothing
  const rollingBack = await jobs.unfinished(db, 'run.rollBack', runId);
  const found = await db.run.findUnique({ where: { id: runId }, select: listed });
  if (!found) return null;
  const [tallied, failures, speed] = await Promise.all([
    tally(db, runId),
    db.runItem.findMany({
      where: { runId, state: 'failed' },
      select: itemColumns,
      orderBy: [{ updatedAt: 'desc' }, { imageId: 'desc' }],
      take: 5,
    }),
    isRunOver(found.state) ? null : speedOf(db, runId),
  ]);
  return {
    ...toSummary(found, tallied),
    imagesPerMinute: speed,
    secondsLeft: speed ? (tallied.counts.pending / speed) * 60 : null,
    rollingBack,
    failures: failures.map(toItem),
  };
}

async function speedOf(db: Db, runId: RunId): Promise<number | null> {
  const rows = await db.$queryRaw<{ count: number; minutes: number }[]>`
    SELECT count(*)::int AS "count",
           EXTRACT(epoch FROM clock_timestamp() - GREATEST(clock_timestamp() - ${SPEED_MINUTES} * interval '1 minute', r."createdAt"))::float8 / 60 AS "minutes"
    FROM "Run" r JOIN "RunItem" i ON i."runId" = r."id" AND i."state" <> 'pending'
      AND i."updatedAt" > clock_timestamp() - ${SPEED_MINUTES} * interval '1 minute'
    WHERE r."id" = ${runId}::uuid GROUP BY r."createdAt"`;
  const found = rows[0];
  return found && found.count > 0 && found.minutes > 0 ? found.count / found.minutes : null;
}

const itemColumns = {
  imageId: true,
  state: true,
  error: true,
  proposals: true,
  ms: true,
  updatedAt: true,
  image: { select: { name: true } },
} as const;

function toItem({ image, ...item }: Prisma.RunItemGetPayload<{ select: typeof itemColumns }>): RunItem {
  return { ...item, imageName: image.name };
}

/** In the order in which the images were added to the project. */
export async function items(
  db: Db,
  request: {
    readonly runId: RunId;
    readonly state?: RunItemState | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<{ items: RunItem[]; nextCursor: string | null }> {
  const { runId, state, cursor, limit } = request;
  const after = cursor ? fromCursor(cursor)[1] : null;
  const found = await db.runItem.findMany({
    where: { runId, ...(state ? { state } : {}), ...(after ? { imageId: { gt: after } } : {}) },
    select: itemColumns,
    orderBy: { imageId: 'asc' },
    take: limit + 1,
  });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: found.length > limit && last ? toCursor([null, last.imageId]) : null,
  };
}

/** For permission checks. */
export async function projectOf(db: Db, runId: RunId): Promise<ProjectId | null> {
  const found = await db.run.findUnique({ where: { id: runId }, select: { projectId: true } });
  return found?.projectId ?? null;
}

/** The run that is about to add proposals to an image; null when there is none. */
export async function activeFor(
  db: Db,
  imageId: ImageId,
): Promise<{
  readonly id: RunId;
  readonly startedBy: { readonly id: UserId; readonly name: string };
} | null> {
  const item = await db.runItem.findFirst({
    where: {
      imageId,
      state: 'pending',
      run: { state: 'running', dryRun: false, kinds: { has: 'propose' } },
    },
    select: { run: { select: { id: true, startedBy: { select: { id: true, name: true } } } } },
    orderBy: { runId: 'desc' },
  });
  return item?.run ?? null;
}

/** Images that both runs finished, by id; for a comparison. */
export async function imagesInBoth(
  db: Db,
  request: { runId: RunId; otherRunId: RunId; cursor?: string | undefined; limit: number },
): Promise<{
  images: { id: ImageId; name: string; width: number; height: number }[];
  total: number;
  nextCursor: string | null;
}> {
  const { runId, otherRunId, cursor, limit } = request;
  const after = cursor ? fromCursor(cursor)[1] : null;
  const from = Prisma.sql`
    FROM "RunItem" a JOIN "RunItem" b ON b."imageId" = a."imageId" AND b."runId" = ${otherRunId}::uuid AND b."proposals" IS NOT NULL
    JOIN "Image" i ON i."id" = a."imageId" AND i."deletedAt" IS NULL
    WHERE a."runId" = ${runId}::uuid AND a."proposals" IS NOT NULL`;
  const seek = after ? Prisma.sql`AND a."imageId" > ${after}::uuid` : Prisma.empty;
  const rows = await db.$queryRaw<{ id: string; name: string; width: number; height: number }[]>`
    SELECT i."id", i."name", i."width", i."height" ${from} ${seek} ORDER BY a."imageId" LIMIT ${limit + 1}`;
  const totals = await db.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS "total" ${from}`;
  const images = rows.slice(0, limit);
  const last = images.at(-1);
  return {
    images,
    total: totals[0]?.total ?? 0,
    nextCursor: rows.length > limit && last ? toCursor([null, last.id]) : null,
  };
}
