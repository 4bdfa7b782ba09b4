import {
  AMG_PRESETS,
  type Crop,
  compressCounts,
  cropsOf,
  distortMask,
  type Point,
  pointGrid,
  pointsPerSide,
  type Rle,
  rleArea,
  rleBox,
  rleHas,
  type Size,
} from '@maskloop/sam-core';
import { boxLiesInCloseUp, type CloseUp, isSameCloseUp } from './close-up.ts';
import { pixelMask } from './compare-runs.ts';
import { fnv1a } from './hash.ts';
import type { MaskBox } from './mask.ts';
import { can, type Role } from './permissions.ts';
import type { Origin } from './provenance.ts';
import type { RunParameters, RunProposal } from './run.ts';

/**
 * What became of a planted proposal. It is `open` until its image is submitted, and then settled (PP3): `caught` when a
 * person removed it, `remade` when they made another mask of it, `missed` when they let it pass, `unjudged` when nobody
 * said anything.
 */
export const PLANTED_STATES = ['open', 'caught', 'remade', 'missed', 'unjudged'] as const;
export type PlantedState = (typeof PLANTED_STATES)[number];

/** PP3: IoU with the planted pixels below which a person made another mask of it. */
export const REMADE_IOU = 0.7;

/** PP3: what a planted proposal counts as when its image is submitted. */
export function settledAs(mask: {
  /** of its head */
  readonly origin: Origin;
  /** a person took it away */
  readonly removed: boolean;
  /** of the head with the planted pixels; null where it is not known */
  readonly iouWithProposal: number | null;
}): Exclude<PlantedState, 'open'> {
  if (mask.removed) return 'caught';
  if (mask.origin === 'proposed') return 'unjudged';
  return mask.origin === 'corrected' && (mask.iouWithProposal ?? 1) < REMADE_IOU ? 'remade' : 'missed';
}

/**
 * PP5: whether somebody in this role may be tested. For them an unsettled planted proposal is like any other wherever
 * masks are counted, or counting would tell which ones they are.
 */
export const isVeiled = (role: Role): boolean => !can(role, 'planted.view');

/** What a person is told of the planted proposals among those that they judged, when they submit an image (PP3). */
export interface PlantedTold {
  readonly judged: number;
  readonly caught: number;
}

export interface PlantingPlace {
  /** tells images and runs apart: the same proposals get the same planted ones when it is the same (PP1) */
  readonly key: string;
  readonly image: Size;
  /** of all proposals, planted ones among them, below 1 */
  readonly share: number;
  /** what else the image holds, COCO compressed counts: masks of people, proposals that were left out */
  readonly known: readonly string[];
  readonly parameters: Pick<
    RunParameters,
    'pointsPerSide' | 'boxNmsThresh' | 'maxAreaShare' | 'cropNLayers' | 'cropNPointsDownscaleFactor'
  >;
}

/**
 * PP1, PP2: deliberately wrong proposals to be put among an image's own. A hash of place and pixels decides beside which
 * of them; scores lie between those of real ones, and the prompt is a point of the grid inside the mask, in the crop of
 * the real one where the mask lies in it, so that nothing but the pixels tells them apart. Where no wrong mask can be made, none is planted.
 */
export function plant<P extends RunProposal>(
  found: readonly P[],
  { key, image, share, known, parameters }: PlantingPlace,
): (RunProposal & { readonly box: MaskBox })[] {
  // of n real ones and p planted ones, p / (n + p) is the share
  const chance = share / (1 - share);
  const chosen = found.flatMap((source) => {
    const draw = `${key}:${source.counts}`;
    return fnv1a(draw) / 2 ** 32 < chance ? [{ source, random: randomFrom(fnv1a(`${draw}:how`)) }] : [];
  });
  if (chosen.length === 0) return [];
  const rles = new Map(found.map((proposal) => [proposal, pixelMask(proposal.counts, image).rle]));
  const taken = [...rles.values(), ...known.map((counts) => pixelMask(counts, image).rle)];
  const asked = new Set(found.map(promptKey));
  return chosen.flatMap(({ source, random }) => {
    const others = [...rles].flatMap(([proposal, rle]) => (proposal === source ? [] : [rle]));
    const rle = distortMask(rles.get(source) as Rle, {
      others,
      known: taken,
      maxBoxIou: parameters.boxNmsThresh,
      maxAreaShare: parameters.maxAreaShare,
      random,
    });
    const box = rle && rleBox(rle);
    if (!rle || !box) return [];
    const { candidate } = source;
    const closeUp = source.closeUp && boxLiesInCloseUp(box, source.closeUp) ? source.closeUp : undefined;
    const grid = gridOf(closeUp, image, parameters);
    const point = pointInside(rle, grid, random, (at) => !asked.has(promptKey({ point: at, candidate })));
    if (!point) return [];
    taken.push(rle);
    asked.add(promptKey({ point, candidate }));
    const score = scoresLike(source, found, random);
    return [
      {
        counts: compressCounts(rle.counts),
        area: rleArea(rle),
        box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
        predictedIou: score((proposal) => proposal.predictedIou) ?? 0,
        stability: score((proposal) => proposal.stability),
        point,
        candidate,
        ...(closeUp ? { closeUp } : {}),
        classId: source.classId ?? null,
        ...(source.text
          ? { text: { ...source.text, score: score(({ text }) => text?.score ?? null) ?? 0 } }
          : {}),
      },
    ];
  });
}

const promptKey = ({ point, candidate }: Pick<RunProposal, 'point' | 'candidate'>): string =>
  `${point.x} ${point.y} ${candidate}`;

/** Runs leave it at the generator's default. */
const OVERLAP = AMG_PRESETS.reference.cropOverlapRatio;

/** The points that a run asks in one of its crops, or in the whole image; image pixels. */
function gridOf(
  closeUp: CloseUp | undefined,
  image: Size,
  parameters: PlantingPlace['parameters'],
): Point<'image'>[] {
  const [whole, ...crops] = cropsOf(image, parameters.cropNLayers, OVERLAP);
  const crop = closeUp && crops.find(({ box }) => isSameCloseUp(box, closeUp));
  const { box, layer } = crop ?? (whole as Crop);
  const size = { width: box.x1 - box.x0, height: box.y1 - box.y0 };
  return pointGrid(pointsPerSide(layer, parameters), size).map(
    ({ x, y }): Point<'image'> => ({ x: x + box.x0, y: y + box.y0 }),
  );
}

/** A point of the grid inside the mask, at random among those that are free. */
function pointInside(
  rle: Rle,
  grid: readonly Point<'image'>[],
  random: () => number,
  isFree: (point: Point<'image'>) => boolean,
): Point<'image'> | null {
  const box = rleBox(rle);
  const inside = grid.filter(
    (point) =>
      box !== null &&
      point.x >= box.x0 &&
      point.x < box.x1 &&
      point.y >= box.y0 &&
      point.y < box.y1 &&
      rleHas(rle, point) &&
      isFree(point),
  );
  return inside[Math.floor(random() * inside.length)] ?? null;
}

/**
 * Scores between the source's and those of another proposal of the same class and phrase. No real one has exactly the
 * same, and they are float32 as a model's are.
 */
function scoresLike<P extends RunProposal>(source: P, found: readonly P[], random: () => number) {
  const peers = found.filter(
    (other) =>
      other !== source &&
      (other.classId ?? null) === (source.classId ?? null) &&
      other.text?.phrase === source.text?.phrase,
  );
  const other = peers[Math.floor(random() * peers.length)] ?? source;
  const weight = 0.2 + 0.6 * random();
  const nudge = 0.02 * random();
  return (of: (proposal: RunProposal) => number | null): number | null => {
    const [a, b] = [of(source), of(other)];
    if (a === null) return null;
    const mixed = a + ((b ?? a) - a) * weight;
    const isTaken = (value: number) => found.some((each) => of(each) === value);
    const score = Math.fround(mixed);
    return isTaken(score) ? Math.fround(mixed + (1 - mixed) * nudge) : score;
  };
}

/** Mulberry32: numbers in 0 (inclusive) .. 1 (exclusive), the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
