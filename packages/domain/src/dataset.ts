import { z } from 'zod';
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

export const DatasetInput = z.object({
  name: Name,
  notes: z.string().max(LIMITS.noteLength).default(''),
  filter: DatasetFilter,
  splits: SplitRule,
});

/** EX3: why a mask was left out; the first reason that holds, in this order. */
export const DROP_REASONS = [
  'removed-class',
  'origin',
  'stage',
  'image-status',
  'class',
  'date',
  'empty',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface DatasetCounts {
  readonly masks: number;
  readonly images: number;
  readonly dropped: Partial<Record<DropReason, number>>;
  readonly splits: Record<Split, { readonly images: number; readonly masks: number }>;
}

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

/** 32-bit FNV-1a with a final mix, so that near-equal keys do not share buckets. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
