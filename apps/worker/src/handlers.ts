import type { Handlers } from '@maskloop/jobs';
import type { JobContext } from './context.ts';
import { buildExport } from './jobs/build-export.ts';
import { encodeImage } from './jobs/encode-image.ts';
import { freezeDataset } from './jobs/freeze-dataset.ts';
import { sweepJobs } from './jobs/sweep-jobs.ts';

/** The third column of the job table (packages/jobs/src/table.ts): a missing or extra row does not compile. */
export const handlers = {
  'image.encode': encodeImage,
  'dataset.freeze': freezeDataset,
  'export.build': buildExport,
  'jobs.sweep': sweepJobs,
} satisfies Handlers<JobContext>;
