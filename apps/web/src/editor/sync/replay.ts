import type { MaskId } from '@maskloop/domain';
import type { MaskDocument, MaskRecord } from '../document/records.ts';
import type { KeptOperation } from './outbox.ts';

/**
 * The server's masks with everything on top that it has not acknowledged yet. Refused changes are left out: the
 * document shows what will be true.
 */
export function replayKept(
  server: readonly MaskRecord[],
  kept: readonly Pick<KeptOperation, 'operation' | 'after' | 'refused'>[],
): MaskDocument {
  const document = new Map<MaskId, MaskRecord>(server.map((record) => [record.id, record]));
  for (const { operation, after, refused } of kept) {
    if (refused) continue;
    if (after === null) document.delete(operation.maskId);
    else document.set(operation.maskId, after);
  }
  return document;
}
