import { images } from '@maskloop/db';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { ensureCloseUp, loadModel } from '../embed.ts';

/** Part of a picture → its embedding (CU1, CU2). */
export async function encodeCloseUp(
  { imageId, modelVersionId, closeUp }: Payload<'image.closeUp'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, projectId } = context;
  if (projectId !== null) {
    context.whenFailed(() =>
      context.publish(projectId, { type: 'closeUp', imageId, closeUp, state: 'failed' }),
    );
  }
  const image = await images.forBlob(db, imageId);
  if (image === null) return { skipped: 'the image was deleted' };
  const model = await loadModel(context, modelVersionId);
  context.progress(0.1);
  const { made } = await ensureCloseUp(context, image, model, closeUp);
  return made ? undefined : { skipped: 'the close-up was there already' };
}
