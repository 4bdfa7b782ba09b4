import { z } from 'zod';
import { fnv1a } from './hash.ts';
import { IMAGE_STATUSES } from './image.ts';
import { LIMITS } from './limits.ts';
import { Name } from './project.ts';
import { isHumanCorrected, isHumanVerified, ORIGINS, type Origin } from './provenance.ts';
import { isExportable, STAGES, type Stage } from './stage.ts';

export const SPLITS = ['train', 'val', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** EX1: which masks by origin. */
export const ORIGIN_CHOICES = ['human-corrected', 'human-verified', 'all'] as const;
export type OriginChoice = (typeof ORIGIN_CHOICES)[number];

/** What an item of a dataset version is for: to be learnt, or a rejected proposal to learn from (EX6). */
export const ITEM_KINDS = ['mask', 'negative'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** The latest verdict on an image; `none`: nobody reviewed it. */
export const LATEST_VERDICTS = ['none', 'accepted', 'sent-back'] as const;
export type LatestVerdict = (typeof LATEST_VERDICTS)[number];

const idsOrAny = z.array(z.uuid()).max(LIMITS.pageSize).nullable().default(null);

/** What a dataset version selects; every field narrows. */
export const DatasetFilter = z.object({
  origins: z.enum(ORIGIN_CHOICES).default('human-corrected'),
  stages: z
    .array(z.enum(STAGES))
    .min(1)
    .default([...STAGES]),
  imageStatuses: z
    .array(z.enum(IMAGE_STATUSES))
    .min(1)
    .default([...IMAGE_STATUSES]),
  verdicts: z
    .array(z.enum(LATEST_VERDICTS))
    .min(1)
    .default([...LATEST_VERDICTS]),
  /** group keys of images; null: any and none */
  groupKeys: z
    .array(z.string().min(1).max(LIMITS.fileNameLength))
    .max(LIMITS.pageSize)
    .nullable()
    .default(null),
  /** authors of head revisions; null: anybody and no person */
  authorIds: idsOrAny,
  /** model versions that proposed the mask or answered its prompts; null: any and none */
  modelVersionIds: idsOrAny,
  /** a dataset version whose masks are left out, unless they changed since */
  sinceVersionId: z.uuid().nullable().default(null),
  /** EX6: rejected proposals too, as negatives */
  includeNegatives: z.boolean().default(false),
  /** null: any class and none */
  classIds: z.array(z.uuid()).max(LIMITS.classesPerProject).nullable().default(null),
  /** masks without a class */
  includeUnclassified: z.boolean().default(true),
  /** head revision made at or after; ISO 8601 with offset */
  from: z.iso.datetime({ offset: true }).nullable().default(null),
  /** head revision made before */
  until: z.iso.datetime({ offset: true }).nullable().default(null),
});
export type DatasetFilter = z.infer<typeof DatasetFilter>;

/** EX2: shares of the splits in per cent; they add up to 100. */
export const SplitRule = z
  .object({
    seed: z.number().int().min(0).max(2_147_483_647).default(1),
    train: z.number().int().min(0).max(100).default(80),
    val: z.number().int().min(0).max(100).default(10),
    test: z.number().int().min(0).max(100).default(10),
  })
  .refine((rule) => rule.train + rule.val + rule.test === 100, {
    message: 'train, val and test must add up to 100',
  });
export type SplitRule = z.infer<typeof SplitRule>;

const Notes = z.string().max(LIMITS.noteLength);

export const DatasetInput = z.object({
  name: Name,
  notes: Notes.default(''),
  filter: DatasetFilter,
  splits: SplitRule,
});
export type DatasetInput = z.infer<typeof DatasetInput>;

/** EX5: all that can be changed in a dataset version; fields left out stay. */
export const DatasetPatch = z.object({ name: Name, notes: Notes }).partial();

/** EX3: why a mask was left out; the first reason that holds, in this order. */
export const DROP_REASONS = [
  'removed-class',
  'unjudged',
  'origin',
  'stage',
  'image-status',
  'verdict',
  'group',
  'class',
  'person',
  'model',
  'date',
  'contained',
  'empty',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** `masks` and `images` count what is to be learnt; negatives are counted apart. */
export interface DatasetCounts {
  readonly masks: number;
  readonly images: number;
  readonly negatives: number;
  readonly dropped: Partial<Record<DropReason, number>>;
  readonly splits: Record<Split, { readonly images: number; readonly masks: number }>;
  /** masks of each class that has any, largest first; null: without a class */
  readonly classes: readonly ClassCount[];
}

export interface ClassCount extends Record<Split, number> {
  readonly classId: string | null;
}

/** What a dataset version that was not frozen yet holds. */
export const NO_COUNTS: DatasetCounts = {
  masks: 0,
  images: 0,
  negatives: 0,
  dropped: {},
  splits: { train: { images: 0, masks: 0 }, val: { images: 0, masks: 0 }, test: { images: 0, masks: 0 } },
  classes: [],
};

export function chosenOrigins(choice: OriginChoice): Origin[] {
  switch (choice) {
    case 'human-corrected':
      return ORIGINS.filter(isHumanCorrected);
    case 'human-verified':
      return ORIGINS.filter(isHumanVerified);
    case 'all':
      return [...ORIGINS];
  }
}

/** EX1, ST2: every pair of the stage a mask was made in and its origin that a choice lets out. */
export function chosenPairs(choice: OriginChoice): { stage: Stage; origin: Origin }[] {
  return STAGES.flatMap((stage) =>
    chosenOrigins(choice)
      .filter((origin) => isExportable(stage, origin))
      .map((origin) => ({ stage, origin })),
  );
}

/**
 * EX2: the split of an image, the same for ever under the same seed and shares: copies of a photo and images of
 * one group share `groupKey` and so never land on two sides.
 * @param groupKey the image's group key, or the SHA-256 of its bytes when it has none
 */
export function splitOf(groupKey: string, rule: SplitRule): Split {
  const bucket = fnv1a(`${rule.seed}:${groupKey}`) % 100;
  if (bucket < rule.train) return 'train';
  return bucket < rule.train + rule.val ? 'val' : 'test';
}
