import type { Handlers } from '@maskloop/jobs';
import type { JobContext } from './context.ts';
import { buildExport } from './jobs/build-export.ts';
import { checkImport } from './jobs/check-import.ts';
import { compareLabelings } from './jobs/compare-labelings.ts';
import { deliverWebhook } from './jobs/deliver-webhook.ts';
import { encodeCloseUp } from './jobs/encode-close-up.ts';
import { encodeImage } from './jobs/encode-image.ts';
import { fanOutRun } from './jobs/fan-out-run.ts';
import { freezeDataset } from './jobs/freeze-dataset.ts';
import { lintMasks } from './jobs/lint-masks.ts';
import { promptImport } from './jobs/prompt-import.ts';
import { purgeEmbeddings } from './jobs/purge-embeddings.ts';
import { rankByText } from './jobs/rank-by-text.ts';
import { rollBackRun } from './jobs/roll-back-run.ts';
import { runImage } from './jobs/run-image.ts';
import { runImport } from './jobs/run-import.ts';
import { sweepJobs } from './jobs/sweep-jobs.ts';

/** The third column of the job table (packages/jobs/src/table.ts): a missing or extra row does not compile. */
export const handlers = {
  'image.encode': encodeImage,
  'image.closeUp': encodeCloseUp,
  'dataset.freeze': freezeDataset,
  'masks.lint': lintMasks,
  'labelings.compare': compareLabelings,
  'export.build': buildExport,
  'run.image': runImage,
  'run.fanOut': fanOutRun,
  'run.rollBack': rollBackRun,
  'webhook.deliver': deliverWebhook,
  'embedding.purge': purgeEmbeddings,
  'import.check': checkImport,
  'import.run': runImport,
  'import.prompt': promptImport,
  'text.rank': rankByText,
  'jobs.sweep': sweepJobs,
} satisfies Handlers<JobContext>;
