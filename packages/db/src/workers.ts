import type { Db } from './client.ts';

export interface NewWorker {
  /** made by the worker when it starts */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
}

export async function register(db: Db, { id, host, pid, queues }: NewWorker): Promise<void> {
  await db.worker.create({ data: { id, host, pid, queues: [...queues], models: [] }, select: { id: true } });
}

export interface WorkerStatus {
  /** the execution provider in use: cuda, webgpu, cpu */
  readonly provider?: string | null;
  /** names of the model versions held in memory */
  readonly models?: readonly string[];
  readonly imagesPerMinute?: number;
}

/** @returns false when the row is gone: register again */
export async function heartbeat(db: Db, workerId: string, status: WorkerStatus = {}): Promise<boolean> {
  const { provider, models, imagesPerMinute } = status;
  const count = await db.$executeRaw`
    UPDATE "Worker" SET "heartbeatAt" = clock_timestamp(),
      "provider" = COALESCE(${provider ?? null}, "provider"),
      "models" = COALESCE(${models ? [...models] : null}::text[], "models"),
      "imagesPerMinute" = COALESCE(${imagesPerMinute ?? null}::float8, "imagesPerMinute")
    WHERE "id" = ${workerId}::uuid`;
  return count > 0;
}

export interface WorkerListed {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
  readonly provider: string | null;
  readonly models: readonly string[];
  readonly imagesPerMinute: number;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  /** a sign of life within `aliveMs` */
  readonly alive: boolean;
  readonly runningJobs: number;
}

/** Newest sign of life first. */
export async function list(db: Db, aliveMs = 60_000): Promise<WorkerListed[]> {
  return db.$queryRaw<WorkerListed[]>`
    SELECT w."id", w."host", w."pid", w."queues", w."provider", w."models", w."imagesPerMinute", w."startedAt", w."heartbeatAt",
           w."heartbeatAt" > clock_timestamp() - ${aliveMs} * interval '1 millisecond' AS "alive",
           (SELECT count(*)::int FROM "Job" j WHERE j."workerId" = w."id" AND j."state" = 'running') AS "runningJobs"
    FROM "Worker" w ORDER BY w."heartbeatAt" DESC, w."id"`;
}

/** A worker that stops in order takes its row along. */
export async function unregister(db: Db, workerId: string): Promise<void> {
  await db.worker.deleteMany({ where: { id: workerId } });
}

/** Rows of workers that died long ago; for the sweeper. */
export async function removeDead(db: Db, deadMs: number): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Worker" WHERE "heartbeatAt" < clock_timestamp() - ${deadMs} * interval '1 millisecond'`;
}
