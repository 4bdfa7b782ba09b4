import 'server-only';
import { createCallerFactory, router } from '../trpc.ts';
import { agreementRouter } from './agreement.ts';
import { analyticsRouter } from './analytics.ts';
import { assignmentRouter } from './assignment.ts';
import { datasetRouter } from './dataset.ts';
import { embeddingRouter } from './embedding.ts';
import { eventsRouter } from './events.ts';
import { exportRouter } from './export.ts';
import { imageRouter } from './image.ts';
import { importRouter } from './import.ts';
import { jobRouter, workerRouter } from './job.ts';
import { lintRouter } from './lint.ts';
import { maskRouter } from './mask.ts';
import { invitationRouter, meRouter } from './me.ts';
import { modelRouter } from './model.ts';
import { classRouter, memberRouter, projectRouter } from './project.ts';
import { reviewRouter } from './review.ts';
import { runRouter } from './run.ts';
import { sampleRouter } from './sample.ts';
import { auditRouter, systemRouter } from './system.ts';
import { textRouter } from './text.ts';
import { tokenRouter } from './token.ts';
import { userRouter } from './user.ts';
import { webhookRouter } from './webhook.ts';

export const appRouter = router({
  me: meRouter,
  token: tokenRouter,
  invitation: invitationRouter,
  user: userRouter,
  project: projectRouter,
  member: memberRouter,
  class: classRouter,
  image: imageRouter,
  mask: maskRouter,
  assignment: assignmentRouter,
  review: reviewRouter,
  model: modelRouter,
  job: jobRouter,
  worker: workerRouter,
  run: runRouter,
  text: textRouter,
  dataset: datasetRouter,
  export: exportRouter,
  import: importRouter,
  lint: lintRouter,
  sample: sampleRouter,
  analytics: analyticsRouter,
  agreement: agreementRouter,
  audit: auditRouter,
  embedding: embeddingRouter,
  webhook: webhookRouter,
  system: systemRouter,
  events: eventsRouter,
});
export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
