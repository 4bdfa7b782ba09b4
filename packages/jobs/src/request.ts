import { type Db, jobs, type Requested } from '@maskloop/db';
import type { ImageId, JobId, ProjectId, RunId, UserId } from '@maskloop/domain';
import { JOBS, type JobName, type Payload, parsePayload } from './table.ts';

export interface RequestOptions {
  /** 1 = first; left out: the table's */
  readonly priority?: number;
  readonly projectId?: ProjectId | null;
  readonly imageId?: ImageId | null;
  readonly runId?: RunId | null;
  readonly requestedById?: UserId | null;
}

/**
 * The one way into the queues: writes the job's row in the caller's transaction, so that work exists exactly when
 * what it is for does. After the commit, `dispatch(id)` hands it over; when that never happens, the sweeper does.
 *
 * JB2: work that is asked for twice while unfinished is one job; a more urgent request makes it more urgent.
 */
export async function requestJob<N extends JobName>(
  tx: Db,
  name: N,
  payload: Payload<N>,
  options: RequestOptions = {},
): Promise<Requested> {
  return jobs.insertPending(tx, toRow(name, payload, options));
}

/** Many jobs of one kind in one statement. @returns ids of those that are new; the rest was asked for already */
export async function requestJobs<N extends JobName>(
  tx: Db,
  name: N,
  requests: readonly { readonly payload: Payload<N>; readonly options?: RequestOptions }[],
): Promise<JobId[]> {
  return jobs.insertManyPending(
    tx,
    requests.map(({ payload, options }) => toRow(name, payload, options ?? {})),
  );
}

function toRow<N extends JobName>(name: N, payload: Payload<N>, options: RequestOptions) {
  const parsed = parsePayload(name, payload);
  // the table pairs each schema with its key; indexing by N loses that pairing for the compiler
  const keyOf = JOBS[name].key as (payload: Payload<N>) => string;
  return {
    name,
    key: keyOf(parsed),
    payload: parsed,
    priority: options.priority ?? JOBS[name].priority,
    projectId: options.projectId ?? null,
    imageId: options.imageId ?? null,
    runId: options.runId ?? null,
    requestedById: options.requestedById ?? null,
  };
}
