import 'server-only';
import { type Db, doubleLabeling, reviews } from '@maskloop/db';
import { agreementFigures, type MaskForReview } from '@maskloop/domain';

/**
 * What a reviewer sees of an image's second labeling: the figures, and its masks beside those of the first (DL5).
 * @param masks of the first
 * @returns `masks`: these with what the second labeling has in their place, and those that only it has
 */
export async function secondOpinion(db: Db, imageId: string, masks: readonly MaskForReview[]) {
  const found = await doubleLabeling.secondOf(db, imageId);
  if (!found?.compared) return { second: found && { status: found.status, compared: null }, masks };
  const { sums, relabelled, by, pairs, maskIds } = found.compared;
  const theirs = new Map((await reviews.masksOf(db, found.secondId, null)).map((mask) => [mask.id, mask]));
  const inPlaceOf = new Map(pairs.map(({ firstMaskId, secondMaskId }) => [firstMaskId, secondMaskId]));
  const pixelsOf = (mask: MaskForReview | undefined) =>
    mask && !mask.removed ? { id: mask.head.id, counts: mask.counts, classId: mask.classId } : null;
  const paired = masks.map((mask) =>
    // a proposal that nobody judged is nobody's word: there is nothing to compare
    mask.head.origin === 'proposed'
      ? mask
      : { ...mask, second: mask.removed ? null : pixelsOf(theirs.get(inPlaceOf.get(mask.id) ?? '')) },
  );
  const shown = new Set(paired.flatMap(({ id, second }) => (second ? [inPlaceOf.get(id)] : [])));
  const only = maskIds.flatMap((id) => {
    const mask = theirs.get(id);
    return mask && !shown.has(id)
      ? [{ ...mask, removed: true, proposal: null, before: null, second: pixelsOf(mask) }]
      : [];
  });
  return {
    second: {
      status: found.status,
      compared: { ...agreementFigures(sums), first: sums.first, second: sums.second, relabelled, by },
    },
    masks: [...paired, ...only],
  };
}
