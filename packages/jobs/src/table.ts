import { createHash } from 'node:crypto';
import {
  CloseUp,
  COMPARE_LABELINGS_JOB,
  closeUpJobKey,
  ENCODE_JOB,
  encodeJobKey,
  ImportedBox,
  JOB_PRIORITIES,
  LIMITS,
  Phrase,
  PURGE_EMBEDDINGS_JOB,
  RANK_JOB,
  RUN_PRIORITIES,
} from '@maskloop/domain';
import { z } from 'zod';

const seconds = (n: number) => n * 1_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface QueueRules {
  /** jobs at a time in one process, unless WORKER_CONCURRENCY says otherwise */
  readonly concurrency: number;
  /** a worker that has not renewed its lock for this long has lost the job; renewed at half of it */
  readonly lockMs: number;
  /** how often lost jobs are looked for: with lockMs, the longest time a killed worker's job lies still */
  readonly stalledMs: number;
  /** how often one job may lose its worker before it fails instead of being tried again */
  readonly maxStalled: number;
}

/** A worker process serves whole queues. `inference` wants a process of its own: it keeps a model in memory. */
export const QUEUES = {
  inference: { concurrency: 1, lockMs: seconds(30), stalledMs: seconds(10), maxStalled: 3 },
  export: { concurrency: 2, lockMs: seconds(30), stalledMs: seconds(10), maxStalled: 3 },
  /** batch work of runs: apart from `inference`, so that an image somebody has open never waits behind a run */
  propose: { concurrency: 1, lockMs: seconds(30), stalledMs: seconds(10), maxStalled: 3 },
  /** waits on other people's servers */
  webhooks: { concurrency: 8, lockMs: seconds(30), stalledMs: seconds(10), maxStalled: 3 },
  upkeep: { concurrency: 2, lockMs: seconds(30), stalledMs: seconds(15), maxStalled: 3 },
} as const satisfies Record<string, QueueRules>;
export type QueueName = keyof typeof QUEUES;
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

interface JobRules<Schema extends z.ZodType> {
  readonly queue: QueueName;
  readonly payload: Schema;
  /** JB2: two unfinished requests with one key are one job; no ":" (BullMQ's separator) */
  readonly key: (payload: z.output<Schema>) => string;
  /** tries before it fails for good */
  readonly attempts: number;
  /** wait before the second try; doubles from there */
  readonly backoffMs: number;
  /** unless the request says otherwise; 1 = first */
  readonly priority: number;
}

const job = <Schema extends z.ZodType>(rules: JobRules<Schema>): JobRules<Schema> => rules;

const EncodeImage = z.object({ imageId: z.uuid(), modelVersionId: z.uuid() });
const EncodeCloseUp = EncodeImage.extend({ closeUp: CloseUp });
const FreezeDataset = z.object({ datasetVersionId: z.uuid() });
const CompareLabelings = z.object({ imageId: z.uuid() });
const LintMasks = z.object({ scanId: z.uuid() });
const BuildExport = z.object({ exportId: z.uuid() });
const OfRun = z.object({ runId: z.uuid() });
const RunImage = OfRun.extend({ imageId: z.uuid() });
const DeliverWebhook = z.object({ deliveryId: z.uuid() });
const PurgeEmbeddings = z.object({ encoderSha256: z.string().regex(/^[0-9a-f]{64}$/) });
const OfImport = z.object({ importId: z.uuid() });
const PromptBoxes = OfImport.extend({
  imageId: z.uuid(),
  /** names these boxes among those of the image: a file may speak of it several times */
  part: z.uuid(),
  boxes: z.array(ImportedBox).max(LIMITS.boxesPerImage),
});
const RankByText = z.object({ imageId: z.uuid(), textModelId: z.uuid(), phrase: Phrase });
const SweepJobs = z.object({});

/**
 * Every kind of job: name → queue, payload, identity. Handlers are the third column, in the worker, tied to this
 * table by `Handlers`; keeping them apart lets the web server import the table without the inference runtime.
 */
export const JOBS = {
  [ENCODE_JOB]: job({
    queue: 'inference',
    payload: EncodeImage,
    key: ({ imageId, modelVersionId }) => encodeJobKey(imageId, modelVersionId),
    attempts: 3,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  /** a part of an image: somebody waits for it */
  'image.closeUp': job({
    queue: 'inference',
    payload: EncodeCloseUp,
    key: ({ imageId, modelVersionId, closeUp }) => closeUpJobKey(imageId, modelVersionId, closeUp),
    attempts: 2,
    backoffMs: seconds(1),
    priority: JOB_PRIORITIES.interactive,
  }),
  'dataset.freeze': job({
    queue: 'export',
    payload: FreezeDataset,
    key: ({ datasetVersionId }) => datasetVersionId,
    attempts: 2,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  'masks.lint': job({
    queue: 'export',
    payload: LintMasks,
    key: ({ scanId }) => scanId,
    attempts: 3,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  /** both labelings of an image, once both are finished */
  [COMPARE_LABELINGS_JOB]: job({
    queue: 'export',
    payload: CompareLabelings,
    key: ({ imageId }) => imageId,
    attempts: 3,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  'export.build': job({
    queue: 'export',
    payload: BuildExport,
    key: ({ exportId }) => exportId,
    attempts: 2,
    backoffMs: seconds(5),
    priority: JOB_PRIORITIES.normal,
  }),
  /** one image of a run */
  'run.image': job({
    queue: 'propose',
    payload: RunImage,
    key: ({ runId, imageId }) => `${runId}_${imageId}`,
    attempts: 3,
    backoffMs: seconds(2),
    priority: RUN_PRIORITIES.normal,
  }),
  /** looks up a run's images and keeps a window of them in the queue */
  'run.fanOut': job({
    queue: 'upkeep',
    payload: OfRun,
    key: ({ runId }) => runId,
    attempts: 5,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.interactive,
  }),
  'run.rollBack': job({
    queue: 'upkeep',
    payload: OfRun,
    key: ({ runId }) => runId,
    attempts: 5,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  /** 12 tries within about an hour: a receiver may be restarting, or down for a while */
  'webhook.deliver': job({
    queue: 'webhooks',
    payload: DeliverWebhook,
    key: ({ deliveryId }) => deliveryId,
    attempts: 12,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  [PURGE_EMBEDDINGS_JOB]: job({
    queue: 'upkeep',
    payload: PurgeEmbeddings,
    key: ({ encoderSha256 }) => encoderSha256,
    attempts: 3,
    backoffMs: seconds(5),
    priority: JOB_PRIORITIES.normal,
  }),
  /** looks through an uploaded file of labels, writes nothing */
  'import.check': job({
    queue: 'export',
    payload: OfImport,
    key: ({ importId }) => importId,
    attempts: 2,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.interactive,
  }),
  'import.run': job({
    queue: 'export',
    payload: OfImport,
    key: ({ importId }) => importId,
    attempts: 3,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.normal,
  }),
  /** a file's boxes of one image as prompts of a model */
  'import.prompt': job({
    queue: 'propose',
    payload: PromptBoxes,
    key: ({ importId, part }) => `${importId}_${part}`,
    attempts: 3,
    backoffMs: seconds(2),
    priority: JOB_PRIORITIES.batch,
  }),
  /** an image's proposals by a phrase: somebody waits for the answer */
  [RANK_JOB]: job({
    queue: 'inference',
    payload: RankByText,
    key: ({ imageId, textModelId, phrase }) => `${imageId}_${textModelId}_${sha256(phrase)}`,
    attempts: 2,
    backoffMs: seconds(1),
    priority: JOB_PRIORITIES.interactive,
  }),
  'jobs.sweep': job({
    queue: 'upkeep',
    payload: SweepJobs,
    key: () => 'only',
    attempts: 1,
    backoffMs: seconds(1),
    priority: JOB_PRIORITIES.interactive,
  }),
} as const;

export type JobName = keyof typeof JOBS;
export type Payload<N extends JobName> = z.output<(typeof JOBS)[N]['payload']>;

/** Nothing: done. `skipped`: there was nothing to do, and why. */
export type Outcome = undefined | { readonly skipped: string };

/** Job name → handler; a missing or extra row does not compile. */
export type Handlers<Context> = {
  [N in JobName]: (payload: Payload<N>, context: Context) => Promise<Outcome>;
};

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}

/** @throws ZodError when a row's payload is not what the table says, which retrying does not mend */
export function parsePayload<N extends JobName>(name: N, payload: unknown): Payload<N> {
  return JOBS[name].payload.parse(payload) as Payload<N>;
}

/** When the sweeper takes work for lost. */
export const SWEEP = {
  everyMs: seconds(15),
  /** a row that waits this long without the queue touching it is handed over again; harmless when it is there */
  pendingMs: seconds(30),
  /** a running row without a heartbeat for this long has lost its worker; above lockMs, so BullMQ goes first */
  heartbeatMs: seconds(90),
  /** rows handed over at once */
  limit: LIMITS.pageSize * 5,
} as const;

/** Most unfinished jobs of one run at a time: a million images must not sit in the queue at once. */
export const RUN_WINDOW = 500;

/** How often a handler's wrapper writes a heartbeat and learns whether the job was cancelled. */
export const HEARTBEAT_MS = seconds(5);
