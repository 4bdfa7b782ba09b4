import 'server-only';
import { type Db, planted } from '@maskloop/db';
import { type PlantedTold, settledAs } from '@maskloop/domain';
import { publish } from '@maskloop/jobs';

/**
 * PP3: settles the planted proposals of an image that is being submitted, and takes those away that nobody made another
 * mask of. Belongs into the submission's transaction.
 * @returns what the person who submits is told of those that they judged; null: of none
 */
export async function settlePlanted(
  tx: Db,
  {
    projectId,
    imageId,
    userId,
  }: { readonly projectId: string; readonly imageId: string; readonly userId: string },
): Promise<PlantedTold | null> {
  const found = await planted.unsettled(tx, imageId);
  // what was made anew in an earlier round is news only if it changed since
  const outcomes = found
    .map((mask) => ({ ...mask, state: settledAs(mask) }))
    .filter(({ before, state }) => state !== before);
  if (outcomes.length === 0) return null;
  await planted.settle(tx, outcomes);
  if (outcomes.some(({ removed, state }) => !removed && state !== 'remade')) {
    await publish(tx, projectId, { type: 'masks.changed', imageId, byUserId: null, tabId: null });
  }
  const mine = outcomes.filter(({ personId, state }) => personId === userId && state !== 'unjudged');
  if (mine.length === 0) return null;
  return { judged: mine.length, caught: mine.filter(({ state }) => state !== 'missed').length };
}
