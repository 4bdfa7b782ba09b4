import 'server-only';
import { type DbClient, images, inTransaction, models } from '@maskloop/db';
import { type EmbeddingState, JOB_PRIORITIES } from '@maskloop/domain';
import { dispatch, publish, requestJob, requestJobs } from '@maskloop/jobs';
import { demandActiveModel } from './demand.ts';

interface RequestContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
}

/**
 * Asks for a picture's embedding because somebody has it open: it overtakes what is queued in bulk.
 * @returns where the embedding is now
 */
export async function requestEmbedding(
  { db, user, projectId }: RequestContext & { readonly projectId: string },
  imageId: string,
): Promise<{ state: EmbeddingState }> {
  const model = await demandActiveModel(db, projectId);
  const encoder = { modelVersionId: model.id, encoderSha256: model.encoderSha256 };
  if ((await images.embeddingState(db, imageId, encoder)) === 'ready') return { state: 'ready' };
  const job = await inTransaction(db, async (tx) => {
    const requested = await requestJob(
      tx,
      'image.encode',
      { imageId, modelVersionId: model.id },
      { projectId, imageId, requestedById: user.id, priority: JOB_PRIORITIES.interactive },
    );
    await publish(tx, projectId, { type: 'embedding', imageId, state: 'queued' });
    return requested;
  });
  await dispatch(job.id);
  return { state: 'queued' };
}

/** How many images are asked for in one transaction. */
const PAGE = 500;

/** Asks for every embedding that a project lacks under its active model version, in bulk priority. */
export async function requestMissingEmbeddings(
  { db, user }: RequestContext,
  projectId: string,
): Promise<number> {
  const model = await models.activeOf(db, projectId);
  if (!model) return 0;
  const missingEmbedding = { modelVersionId: model.id, encoderSha256: model.encoderSha256 };
  let afterId: string | null = null;
  let requested = 0;
  for (;;) {
    const page: Awaited<ReturnType<typeof images.pageForRun>> = await images.pageForRun(db, {
      projectId,
      missingEmbedding,
      afterId,
      limit: PAGE,
    });
    if (page.length === 0) return requested;
    const ids = await inTransaction(db, (tx) =>
      requestJobs(
        tx,
        'image.encode',
        page.map(({ id: imageId }) => ({
          payload: { imageId, modelVersionId: model.id },
          options: { projectId, imageId, requestedById: user.id, priority: JOB_PRIORITIES.batch },
        })),
      ),
    );
    await dispatch(ids);
    requested += page.length;
    afterId = page.at(-1)?.id ?? null;
  }
}
