import { embeddingLedger } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';

const AT_ONCE = 100;

/**
 * MD4: removes an encoder's embeddings while no live project works with it; a project that begins to meanwhile stops
 * it. Bytes go before their rows: what was cut off in between is met again, and an embedding whose bytes are gone is
 * encoded anew.
 */
export async function purgeEmbeddings(
  { encoderSha256 }: Payload<'embedding.purge'>,
  { db, store, signal, progress, log }: JobContext,
): Promise<Outcome> {
  const total = await embeddingLedger.countOf(db, encoderSha256);
  if (total === 0) return { skipped: 'there were none' };
  let purged = 0;
  for (;;) {
    signal.throwIfAborted();
    if (await embeddingLedger.isUsed(db, encoderSha256)) {
      throw new DomainError('INVALID_TRANSITION', 'a project works with this encoder now', { encoderSha256 });
    }
    const some = await embeddingLedger.someOf(db, encoderSha256, AT_ONCE);
    if (some.length === 0) break;
    await Promise.all(some.map(({ storageKey }) => store.remove(storageKey)));
    await embeddingLedger.removeRows(db, encoderSha256, some);
    purged += some.length;
    progress(purged / total);
  }
  log.info({ purged }, 'embeddings purged');
  return undefined;
}
