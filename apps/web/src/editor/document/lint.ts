import { type LintFinding, type LintPolicy, lintImage, type MaskId } from '@maskloop/domain';
import type { Size } from '@maskloop/sam-core';
import { isUnjudged, type MaskDocument } from './records.ts';

/**
 * LN1: what is wrong with the masks that people made or judged, by the mask that a fix would change. What nobody judged
 * is nobody's work yet, and is left out also as the other one of a pair.
 */
export function lintDocument(
  document: MaskDocument,
  size: Size,
  policy: LintPolicy,
): ReadonlyMap<MaskId, readonly LintFinding[]> {
  const masks = [...document.values()]
    .filter((record) => !isUnjudged(record))
    .map((record) => ({ ...record, maskId: record.id, revisionId: record.headId }));
  const found = new Map<MaskId, LintFinding[]>();
  for (const finding of lintImage(masks, size, policy)) {
    found.set(finding.maskId, [...(found.get(finding.maskId) ?? []), finding]);
  }
  return found;
}
