import { z } from 'zod';

/** Options of the automatic mask generator. Defaults are the reference's. */
export const AmgOptions = z.object({
  pointsPerSide: z.number().int().min(1).max(256).default(32),
  pointsPerBatch: z.number().int().min(1).max(1024).default(64),
  /** keep predicted IoU strictly above; 0 or less turns the filter off */
  predIouThresh: z.number().default(0.88),
  /** keep stability at or above; 0 or less turns the filter off */
  stabilityScoreThresh: z.number().default(0.95),
  /** logits added to and taken from the threshold to measure stability */
  stabilityScoreOffset: z.number().min(0).default(1),
  /** box IoU strictly above which the lower-scored of two masks of one crop goes */
  boxNmsThresh: z.number().min(0).max(1).default(0.7),
  /** layers of crops; layer i adds 4^i crops (i from 1) */
  cropNLayers: z.number().int().min(0).max(4).default(0),
  /** like boxNmsThresh, between crops */
  cropNmsThresh: z.number().min(0).max(1).default(0.7),
  /** overlap of neighbouring crops as a share of the short side */
  cropOverlapRatio: z
    .number()
    .min(0)
    .max(1)
    .default(512 / 1500),
  /** points per side are divided by this to the power of the layer */
  cropNPointsDownscaleFactor: z.number().int().min(1).default(1),
  /** fill holes and drop islands below this many pixels; 0 is off */
  minMaskRegionArea: z.number().min(0).default(0),
  /** drop masks that cover this share of the image or more; 1 is off, as in the released code (the paper's §B: 0.95) */
  maxAreaShare: z.number().min(0).max(1).default(1),
});
export type AmgOptions = z.infer<typeof AmgOptions>;
