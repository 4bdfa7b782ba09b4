import { type CloseUp, closeUpName, parseCloseUp } from './close-up.ts';
import type { ImageId, ModelVersionId } from './ids.ts';

export const JOB_STATES = ['pending', 'running', 'done', 'skipped', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** JB1: a finished job never moves again. */
export function isFinished(state: JobState): boolean {
  return state !== 'pending' && state !== 'running';
}

/** BullMQ's convention: 1 = first. */
export const JOB_PRIORITIES = { interactive: 1, normal: 10, batch: 100 } as const;

/** The job that makes an image's embedding; its state is also the image's embedding state while there is none. */
export const ENCODE_JOB = 'image.encode';

/** The job that encodes a part of an image by itself (CU1). */
export const CLOSE_UP_JOB = 'image.closeUp';

/** The job that removes an encoder's embeddings that nobody needs (MD4). */
export const PURGE_EMBEDDINGS_JOB = 'embedding.purge';

/** JB2: what makes two requests to encode the same work. */
export function encodeJobKey(imageId: ImageId, modelVersionId: ModelVersionId): string {
  return `${imageId}_${modelVersionId}`;
}

/** JB2: the same for a close-up. */
export function closeUpJobKey(imageId: ImageId, modelVersionId: ModelVersionId, closeUp: CloseUp): string {
  return `${encodeJobKey(imageId, modelVersionId)}_${closeUpName(closeUp)}`;
}

/** The part of the picture that a job is about, by its key; null: it is about none. */
export function closeUpOfJob({ name, key }: { readonly name: string; readonly key: string }): CloseUp | null {
  return name === CLOSE_UP_JOB ? parseCloseUp(key.slice(key.lastIndexOf('_') + 1)) : null;
}
