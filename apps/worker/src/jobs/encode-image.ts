import { images } from '@maskloop/db';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { ensureEmbedding, loadModel } from '../embed.ts';

/** Picture → embedding. */
export async function encodeImage(
  { imageId, modelVersionId }: Payload<'image.encode'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, projectId } = context;
  if (projectId !== null) {
    context.whenFailed(({ cancelled }) =>
      context.publish(projectId, { type: 'embedding', imageId, state: cancelled ? 'missing' : 'failed' }),
    );
  }
  const image = await images.forBlob(db, imageId);
  if (image === null) return { skipped: 'the image was deleted' };
  const model = await loadModel(context, modelVersionId);
  context.progress(0.1);
  const { made } = await ensureEmbedding(context, image, model);
  return made ? undefined : { skipped: 'the embedding was there already' };
}
