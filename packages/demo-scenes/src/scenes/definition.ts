import { hash, hashText } from '../random.ts';
import { type Scene, SceneBuilder } from '../scene.ts';

/** Picture formats: 3:2 lying, 3:2 standing, square. */
export type PictureShape = 'landscape' | 'portrait' | 'square';

/** One scene of the demo project. */
export interface SceneDefinition {
  /** File name without ending, kebab-case. */
  readonly name: string;
  readonly title: string;
  readonly shape: PictureShape;
  /** Puts the things in place and says how they are lit and seen. */
  readonly build: (scene: SceneBuilder) => Pick<Scene, 'camera' | 'lights' | 'surroundings' | 'exposure'>;
}

/** Builds a scene; `seed` moves what is scattered at random (grapes, sweets, leaves), not what is placed. */
export function buildScene(definition: SceneDefinition, seed: number): Scene {
  const builder = new SceneBuilder(Math.floor(hash(seed, hashText(definition.name)) * 2 ** 31));
  const view = definition.build(builder);
  return { ...view, pieces: builder.pieces, objects: builder.objects };
}

/**
 * Size of a picture in pixels.
 *
 * @param longest pixels along the longer side; a square gets 0.8 of it, so that its area is near the others'
 */
export function pictureSize(shape: PictureShape, longest: number): { width: number; height: number } {
  const shorter = Math.round((longest * 854) / 1280);
  if (shape === 'landscape') return { width: longest, height: shorter };
  if (shape === 'portrait') return { width: shorter, height: longest };
  const side = Math.round(longest * 0.8);
  return { width: side, height: side };
}
