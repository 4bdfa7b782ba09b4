import { closeUps, embeddingLedger } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { removePage } from '../remove-stored.ts';

/**
 * MD4: removes an encoder's embeddings and close-ups (CU4) while no live project works with it; a project that begins
 * to meanwhile stops it.
 */
export async function purgeEmbeddings(
  { encoderSha256 }: Payload<'embedding.purge'>,
  { db, store, signal, progress, log }: JobContext,
): Promise<Outcome> {
  const going = { encoderSha256 };
  const total = (await embeddingLedger.countOf(db, encoderSha256)) + (await closeUps.count(db, going));
  if (total === 0) return { skipped: 'there were none' };
  let purged = 0;
  const pages = [
    () =>
      removePage(store, {
        some: (limit) => embeddingLedger.someOf(db, encoderSha256, limit),
        removeRows: (rows) => embeddingLedger.removeRows(db, encoderSha256, rows),
      }),
    () => removePage(store, closeUps.going(db, going)),
  ];
  for (const page of pages) {
    for (;;) {
      signal.throwIfAborted();
      if (await embeddingLedger.isUsed(db, encoderSha256)) {
        throw new DomainError('INVALID_TRANSITION', 'a project works with this encoder now', {
          encoderSha256,
        });
      }
      const removed = await page();
      if (removed === 0) break;
      purged += removed;
      progress(purged / total);
    }
  }
  log.info({ purged }, 'embeddings purged');
  return undefined;
}
