import type { DbClient } from '@maskloop/db';
import type { JobId, ProjectEvent, ProjectId } from '@maskloop/domain';
import type { Dispatcher } from '@maskloop/jobs';
import type { ObjectStore } from '@maskloop/storage';
import type { Logger } from 'pino';
import type { WorkerEnv } from './env.ts';
import type { Inference } from './inference/inference.ts';

/** What the process holds open as long as it lives. */
export interface Services {
  readonly env: WorkerEnv;
  readonly db: DbClient;
  readonly store: ObjectStore;
  readonly dispatcher: Dispatcher;
  readonly inference: Inference;
  readonly log: Logger;
  /** of this process's row in the Worker table */
  readonly workerId: string;
}

/** Why a job ended without success, for good. */
export interface Failure {
  readonly message: string;
  readonly cancelled: boolean;
}

/** What a handler gets. */
export interface JobContext extends Services {
  readonly jobId: JobId;
  readonly projectId: ProjectId | null;
  /** set off when a person cancelled the job: stop soon, leave nothing half done */
  readonly signal: AbortSignal;
  /** 0..1; as often as it comes to hand, it is thinned out on the way */
  progress(fraction: number): void;
  publish(projectId: ProjectId, event: ProjectEvent): Promise<void>;
  /** What else has to be told when the job has failed for good or was cancelled; not called before a retry. */
  whenFailed(tell: (failure: Failure) => Promise<void>): void;
}
