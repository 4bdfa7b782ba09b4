import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** What is drawn at random: single masks, or whole images with all their proposals. */
export const SAMPLE_UNITS = ['mask', 'image'] as const;
export type SampleUnit = (typeof SAMPLE_UNITS)[number];

/** How a sample is spread over the strata: as the population is, or the same number from each. */
export const SAMPLE_ALLOCATIONS = ['proportional', 'equal'] as const;
export type SampleAllocation = (typeof SAMPLE_ALLOCATIONS)[number];

/** What a reviewer says of a sampled mask; `corrected`: somebody made it right, and the IoU tells how wrong it was. */
export const SAMPLE_VERDICTS = ['good', 'bad', 'corrected'] as const;
export type SampleVerdict = (typeof SAMPLE_VERDICTS)[number];

/**
 * QS1: inner edges of the strata by predicted IoU (of an image: the mean over its proposals), each the first value
 * of the stratum above it. Narrower at the top, where most proposals of a good model lie.
 */
export const STRATUM_EDGES = [0.8, 0.88, 0.92, 0.96] as const;

/** IoU with what it should have been above which a proposal counts as right; SAM §5 gives figures for both. */
export const QUALITY_LEVELS = [
  { iou: 0.9, paperShare: 0.94 },
  { iou: 0.75, paperShare: 0.97 },
] as const;

/** What a lead gives to draw a sample. */
export const SampleInput = z.object({
  unit: z.enum(SAMPLE_UNITS).default('mask'),
  /** how many units */
  size: z.number().int().min(1).max(LIMITS.sampleSize),
  allocation: z.enum(SAMPLE_ALLOCATIONS).default('proportional'),
  /** the same seed draws the same units from the same population */
  seed: z.number().int().min(0).max(2_147_483_647),
});
export type SampleInput = z.infer<typeof SampleInput>;

/** One stratum as it was when the sample was drawn. */
export const Stratum = z.object({
  /** predicted IoU from here (inclusive) to the next stratum's; null: from anywhere below */
  from: z.number().nullable(),
  /** units */
  population: z.number().int().min(0),
  /** masks of those units: what the estimate weighs the stratum by */
  masks: z.number().int().min(0),
  /** units that were drawn */
  drawn: z.number().int().min(0),
});
export type Stratum = z.infer<typeof Stratum>;
export const Strata = z.array(Stratum);

/**
 * QS2: how many units each stratum gives. Never more than it has; what one cannot give the others do.
 * @param populations units per stratum
 * @returns one number per stratum, which add up to `size` or to the whole population if that is smaller
 */
export function allocate(
  populations: readonly number[],
  size: number,
  allocation: SampleAllocation,
): number[] {
  const given = populations.map(() => 0);
  let left = Math.min(
    size,
    populations.reduce((sum, population) => sum + population, 0),
  );
  let open = populations.flatMap((population, at) => (population > 0 ? [{ at, population }] : []));
  for (;;) {
    const weights = open.map(({ population }) => (allocation === 'equal' ? 1 : population));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = open.map((each, at) => ({ ...each, share: (left * (weights[at] ?? 0)) / total }));
    const full = shares.filter(({ share, population }) => share >= population);
    for (const { at, population } of full) {
      given[at] = population;
      left -= population;
    }
    open = shares.filter(({ share, population }) => share < population);
    if (full.length > 0) continue;
    for (const { at, share } of shares) given[at] = Math.floor(share);
    // what is left is less than one each: it goes where most was cut off, to the lower stratum among equals
    const rest = left - shares.reduce((sum, { share }) => sum + Math.floor(share), 0);
    const byCut = [...shares].sort((a, b) => (b.share % 1) - (a.share % 1) || a.at - b.at);
    for (const { at } of byCut.slice(0, Math.round(rest))) given[at] = (given[at] ?? 0) + 1;
    return given;
  }
}

/** A judged mask of a sample, as the estimate reads it. */
export interface JudgedItem {
  /** place of its stratum */
  readonly stratum: number;
  /** what it was drawn with: an image, when whole images were drawn, whose masks are alike and count for less; else itself */
  readonly cluster: string;
  readonly verdict: SampleVerdict;
  /** of the proposal with the corrected mask; null unless corrected */
  readonly iou: number | null;
}

/** A share with its 95 % interval, all 0..1. */
export interface Estimate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** independent masks that would tell as much */
  readonly effectiveSize: number;
  /** masks judged */
  readonly judged: number;
  /** share of the population that lies in strata of which something is judged */
  readonly covered: number;
}

/** QS3: right as it is counts as IoU 1, bad and not corrected as 0. */
function judgedIou({ verdict, iou }: Pick<JudgedItem, 'verdict' | 'iou'>): number {
  return verdict === 'good' ? 1 : verdict === 'bad' ? 0 : (iou ?? 0);
}

/**
 * QS4: the share of the population's masks whose IoU is above a level, from judged ones, each stratum weighed by its
 * masks. The interval is Wilson's with an effective sample size: Kish's for unequal weights, divided by the design
 * effect of drawing whole images.
 * @param level strict, as in SAM §5: "greater than 90 % IoU"
 * @returns null while nothing is judged
 * @source Wilson 1927; Kish 1965, Survey Sampling, §8.2 and §11.7
 */
export function estimateShare(
  strata: readonly Stratum[],
  items: readonly JudgedItem[],
  level: number,
): Estimate | null {
  if (items.length === 0) return null;
  const groups = strata.map((stratum, at) => ({
    masks: stratum.masks,
    items: items.filter((item) => item.stratum === at),
  }));
  const judged = groups.filter((group) => group.items.length > 0 && group.masks > 0);
  const covered = judged.reduce((sum, group) => sum + group.masks, 0);
  const all = strata.reduce((sum, stratum) => sum + stratum.masks, 0);
  if (covered === 0) return null;
  let share = 0;
  let inverse = 0;
  for (const group of judged) {
    const weight = group.masks / covered;
    share += (weight * group.items.filter((item) => judgedIou(item) > level).length) / group.items.length;
    inverse += weight ** 2 / group.items.length;
  }
  const effectiveSize = 1 / inverse / designEffect(items, level);
  return {
    share,
    ...wilson(share, effectiveSize),
    effectiveSize,
    judged: items.length,
    covered: covered / all,
  };
}

/** Normal quantile of a two-sided 95 % interval. */
const Z = 1.959964;

/** Wilson's score interval. @param n observations, need not be whole */
export function wilson(share: number, n: number): { readonly low: number; readonly high: number } {
  const z2 = Z ** 2;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * How much wider the variance is than that of as many independent masks, from the ratio estimator over clusters; 1 at
 * least. Where every cluster holds one mask, and where all agree, there is nothing to widen by.
 */
function designEffect(items: readonly JudgedItem[], level: number): number {
  const clusters = new Map<string, { size: number; hits: number }>();
  for (const item of items) {
    const cluster = clusters.get(item.cluster) ?? { size: 0, hits: 0 };
    cluster.size += 1;
    cluster.hits += Number(judgedIou(item) > level);
    clusters.set(item.cluster, cluster);
  }
  const k = clusters.size;
  const n = items.length;
  const p = [...clusters.values()].reduce((sum, { hits }) => sum + hits, 0) / n;
  if (k < 2 || k === n || p === 0 || p === 1) return 1;
  const squares = [...clusters.values()].reduce((sum, { size, hits }) => sum + (hits - p * size) ** 2, 0);
  return Math.max(1, ((k / (k - 1)) * squares) / n / (p * (1 - p)));
}
