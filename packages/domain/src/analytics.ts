import { z } from 'zod';
import type { UserId } from './ids.ts';
import { can, type Role } from './permissions.ts';
import { wilson } from './quality-sample.ts';

/** What masks are told apart by on the analytics page. */
export const DIMENSIONS = ['stage', 'class', 'person', 'model', 'week'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Periods that end today, in days; null: from the beginning. */
export const PERIODS = { all: null, quarter: 91, month: 28, week: 7 } as const;
export type Period = keyof typeof PERIODS;

const DAY_MS = 86_400_000;
const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The first day (UTC, YYYY-MM-DD) of a period that ends with the day of `now`; null: it has no beginning. */
export function firstDayOf(period: Period, now: Date): string | null {
  const days = PERIODS[period];
  return days === null ? null : isoDay(now.getTime() - (days - 1) * DAY_MS);
}

/** Which masks figures are about. */
export const FiguresFilter = z
  .object({
    /** whose work: one's own, everybody's, or a person's */
    whose: z.union([z.enum(['mine', 'everybody']), z.uuid()]).default('mine'),
    /** first and last day, UTC, YYYY-MM-DD; null: no such end */
    from: z.iso.date().nullable().default(null),
    to: z.iso.date().nullable().default(null),
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, {
    path: ['from'],
    message: 'must not lie after the last day',
  });
export type FiguresFilter = z.infer<typeof FiguresFilter>;

/** AN3: both days count. @returns instants; the second is the first one behind the span */
export function spanOf({ from, to }: Pick<FiguresFilter, 'from' | 'to'>): {
  readonly since: Date | null;
  readonly until: Date | null;
} {
  return {
    since: from === null ? null : new Date(from),
    until: to === null ? null : new Date(new Date(to).getTime() + DAY_MS),
  };
}

/** AN2: what somebody may see of whose figures; null: nothing. */
export function sightOf(
  role: Role,
  userId: UserId,
  whose: FiguresFilter['whose'],
): { readonly personId: UserId | null; readonly people: boolean } | null {
  const people = can(role, 'analytics.people');
  if (whose === 'everybody') return can(role, 'analytics.view') ? { personId: null, people } : null;
  const personId = whose === 'mine' ? userId : whose;
  return personId === userId || people ? { personId, people } : null;
}

/** How many of how many. */
export interface Tally {
  readonly hits: number;
  readonly all: number;
}

/** One person's. */
export interface TallyOfPerson extends Tally {
  readonly personId: UserId | null;
  readonly name: string | null;
}

export interface Share extends Tally {
  /** share that would be hit of very many, 95 % interval (Wilson), 0..1; null of nothing */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** PP6, AN4: how many it takes for a share to say anything; of fewer only the interval is shown. */
export const LEAST_FOR_SHARE = 10;

/** PP6, AN4 */
export function shareOf({ hits, all }: Tally): Share {
  return { hits, all, interval: all === 0 ? null : wilson(hits / all, all) };
}

/** Several people's together. */
export function summedTally(tallies: readonly Tally[]): Tally {
  const sum = (of: keyof Tally) => tallies.reduce((total, tally) => total + tally[of], 0);
  return { hits: sum('hits'), all: sum('all') };
}

/**
 * The engine's own figures over a set of masks; null where there is nothing to measure yet (AN1). Removed masks count
 * only where a removal is a judgement; pauses over 20 seconds never were active time.
 */
export interface LabellingFigures {
  /** live masks that a person made, corrected or accepted: what the stage gate counts */
  readonly verifiedMasks: number;
  /** active seconds people spent on a mask over all its revisions; median over live human-corrected masks */
  readonly medianSecondsPerMask: number | null;
  /**
   * prompts a person gave for a mask, mean over the same masks where a model was used. The largest trail among its
   * revisions counts: prompting again continues the earlier trail, and accepting copies it
   */
  readonly clicksPerMask: number | null;
  /** verified masks in a finished (submitted or accepted) image, mean over finished images that have one */
  readonly masksPerImage: number | null;
  /**
   * share of a finished image's pixels under verified masks, mean over the same images. Areas of masks that are no
   * part of another are added up, to 1 at most: where two overlap it counts twice
   */
  readonly coverage: number | null;
  /** proposals that a person accepted, corrected or removed */
  readonly judged: number;
  /** of those, the share accepted as they are */
  readonly acceptedShare: number | null;
  /** mean IoU of judged proposals that were not removed with what people made of them; accepted counts as 1 */
  readonly meanProposalIou: number | null;
}
