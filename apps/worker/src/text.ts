import { textModels } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { TextModelManifest } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from './context.ts';

interface Asked {
  readonly textModelId: string;
  readonly phrases: readonly string[];
  /** COCO compressed counts */
  readonly masks: readonly string[];
  readonly imageSha256: string;
  readonly onProgress: (fraction: number) => void;
}

/**
 * Asks a text model how well each phrase fits each mask of a picture.
 * @returns for each mask, for each phrase: its share, 0..1
 * @throws DomainError NOT_FOUND, MODEL_CONTRACT_MISMATCH for a manifest that cannot be read, and as `inference.match`
 */
export async function sharesOf(
  { db, store, inference, signal }: JobContext,
  { textModelId, phrases, masks, imageSha256, onProgress }: Asked,
): Promise<readonly (readonly number[])[]> {
  if (masks.length === 0) return [];
  const model = await textModels.get(db, textModelId);
  if (model === null) {
    throw new DomainError('NOT_FOUND', `there is no text model ${textModelId}`, { textModelId });
  }
  const manifest = TextModelManifest.safeParse(model.manifest);
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    throw new DomainError(
      'MODEL_CONTRACT_MISMATCH',
      `text model ${model.name}: manifest.${issue?.path.join('.')}: ${issue?.message}`,
      { name: model.name },
    );
  }
  const image = await store.getBytes(blobKeys.original(imageSha256));
  const { shares } = await inference.match(manifest.data, { image, masks }, phrases, { signal, onProgress });
  return shares;
}
