import { z } from 'zod';
import type { ClassId, MaskId, TextModelId } from './ids.ts';
import type { JobState } from './job.ts';
import { LIMITS } from './limits.ts';
import { Fraction } from './project.ts';

/** What a text model is asked for: a class's name, or words that describe what to look for. */
export const Phrase = z.string().trim().min(1).max(LIMITS.phraseLength);

/** How a run gives classes to its proposals. A class may have several phrases; their shares are not added. */
export const RunText = z.object({
  textModelId: z.uuid(),
  /** the share that a phrase needs, 0..1 */
  threshold: Fraction,
  phrases: z
    .array(z.object({ classId: z.uuid(), phrase: Phrase }))
    .min(1)
    .max(LIMITS.phrasesPerRun),
});
export type RunText = z.infer<typeof RunText>;

/** Half of everything that the mask may show, the background phrases included. */
export const TEXT_THRESHOLD = 0.5;

export interface TextModelSummary {
  readonly id: TextModelId;
  readonly name: string;
  readonly family: string;
  readonly createdAt: Date;
}

/** What a text model said of a proposal; a revision keeps it. */
export interface TextMatch {
  readonly textModelId: TextModelId;
  /** the one that fits best, whether it fits well enough or not */
  readonly phrase: string;
  /** its share, 0..1 */
  readonly score: number;
}

/**
 * TX4: the class of the phrase that fits best, where its share reaches the threshold, else none; the first of equals.
 * @param shares one for each phrase
 */
export function classByText(
  shares: readonly number[],
  { textModelId, threshold, phrases }: RunText,
): { readonly classId: ClassId | null; readonly match: TextMatch } {
  let best = 0;
  for (let i = 1; i < shares.length; i++) if ((shares[i] ?? 0) > (shares[best] ?? 0)) best = i;
  const score = shares[best] ?? 0;
  const { classId, phrase } = phrases[best] ?? { classId: null, phrase: '' };
  return { classId: score >= threshold ? classId : null, match: { textModelId, phrase, score } };
}

/** What the job that ranks an image's proposals found. */
export const TextRanking = z.object({
  /** the share of the phrase for each proposal, in no order */
  scores: z.array(z.object({ maskId: z.uuid(), score: Fraction })),
});
export type TextRanking = z.infer<typeof TextRanking>;

/** How far a ranking is. */
export interface RankingProgress {
  readonly state: JobState;
  /** 0..1 */
  readonly progress: number;
  /** why there is none */
  readonly error: string | null;
  /** null until it is done */
  readonly ranking: TextRanking | null;
}

/** The job that ranks an image's proposals by a phrase. */
export const RANK_JOB = 'text.rank';

/** TX5: the proposals whose share reaches the threshold, best first. */
export function chosenByText({ scores }: TextRanking, threshold: number): MaskId[] {
  return scores
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score || (a.maskId < b.maskId ? -1 : 1))
    .map(({ maskId }) => maskId);
}
