import { type MaskId, type ProposalFloor, reachesFloor } from '@maskloop/domain';
import { isUnjudged, type MaskDocument, type MaskRecord } from './records.ts';

/** Model's proposals that nobody has judged yet: those that thresholds are about. */
export function proposalsIn(document: MaskDocument): MaskRecord[] {
  return [...document.values()].filter((record) => record.origin === 'proposed');
}

/**
 * Proposals that a person's own thresholds hide, or that do not fit the phrase they look for. They stay unjudged.
 * @param fitting what a text model chose; null: no phrase is looked for
 */
export function concealedBy(
  document: MaskDocument,
  floor: ProposalFloor,
  fitting: ReadonlySet<MaskId> | null = null,
): ReadonlySet<MaskId> {
  return new Set(
    proposalsIn(document)
      .filter((record) => !reachesFloor(record, floor) || fitting?.has(record.id) === false)
      .map(({ id }) => id),
  );
}

/** The stricter of both, score by score: a person's thresholds never reach below the stage's. */
export function narrower(a: ProposalFloor, b: ProposalFloor): ProposalFloor {
  return {
    predictedIou: Math.max(a.predictedIou, b.predictedIou),
    stability: Math.max(a.stability, b.stability),
  };
}

/**
 * How many proposals each value of one threshold keeps while the other stays.
 * @returns one count per step from `from` to 1, both included
 */
export function keptAlong(
  proposals: readonly MaskRecord[],
  floor: ProposalFloor,
  along: { readonly score: keyof ProposalFloor; readonly from: number; readonly steps: number },
): number[] {
  const { score, from, steps } = along;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const value = from + ((1 - from) * step) / steps;
    return proposals.filter((record) => reachesFloor(record, { ...floor, [score]: value })).length;
  });
}

/**
 * The mask to judge next, the least sure first: what the model is sure of can wait.
 * @param isShown hidden ones are passed over
 * @param except the one that is being judged now
 */
export function nextToJudge(
  document: MaskDocument,
  isShown: (id: MaskId) => boolean,
  except: MaskId | null,
): MaskRecord | null {
  const waiting = [...document.values()].filter(
    (record) => isUnjudged(record) && record.id !== except && isShown(record.id),
  );
  return waiting.sort(bySureness)[0] ?? null;
}

/** The least sure first; the id makes the order total. */
function bySureness(a: MaskRecord, b: MaskRecord): number {
  return (
    (a.predictedIou ?? 0) - (b.predictedIou ?? 0) ||
    (a.stability ?? 0) - (b.stability ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}
