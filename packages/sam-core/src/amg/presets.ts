import { AmgOptions } from './options.ts';
import { pointsPerSide } from './point-grid.ts';

/** Settings with names, complete. */
export const AMG_PRESETS = {
  /** the released code's defaults */
  reference: AmgOptions.parse({}),
  /** how SA-1B was made: 3,072 points on the image and 20 crops of it. @source arXiv 2304.02643 §B */
  'sa-1b': AmgOptions.parse({
    cropNLayers: 2,
    cropNPointsDownscaleFactor: 2,
    minMaskRegionArea: 100,
    maxAreaShare: 0.95,
  }),
  /** for small models such as the embedded one, which are as right as they are but less sure of it */
  embedded: AmgOptions.parse({
    pointsPerSide: 24,
    predIouThresh: 0.55,
    stabilityScoreThresh: 0.65,
    minMaskRegionArea: 50,
    maxAreaShare: 0.95,
  }),
} as const;
export type AmgPreset = keyof typeof AMG_PRESETS;

/** Prompts that the generator asks for one image: all points of the image and of its crops. */
export function amgPrompts(
  options: Pick<AmgOptions, 'pointsPerSide' | 'cropNLayers' | 'cropNPointsDownscaleFactor'>,
): number {
  let prompts = 0;
  for (let layer = 0; layer <= options.cropNLayers; layer++) {
    // layer i has 2^i x 2^i crops
    prompts += 4 ** layer * pointsPerSide(layer, options) ** 2;
  }
  return prompts;
}
