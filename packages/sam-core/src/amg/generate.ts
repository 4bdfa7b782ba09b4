import type { Embedding, SamEngine } from '../engine.ts';
import type { Box } from '../geometry.ts';
import type { Pixels } from '../image/pixels.ts';
import type { Rle } from '../mask/rle.ts';
import type { AmgOptions } from './options.ts';

/** One generated mask. */
export interface Proposal {
  readonly rle: Rle;
  /** pixels inside */
  readonly area: number;
  /** image pixels, whole; x1 and y1 are INCLUSIVE indices as in the reference */
  readonly box: Box<'image'>;
  readonly predictedIou: number;
  readonly stabilityScore: number;
  /** the grid point that made it, image pixels */
  readonly point: { readonly x: number; readonly y: number };
  /** the crop it was found in, XYXY, x1 and y1 exclusive */
  readonly cropBox: Box<'image'>;
  readonly cropLayer: number;
}

/** Structural stand-in for the platform's AbortSignal. */
export interface Abort {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

export interface AmgProgress {
  readonly crop: number;
  readonly crops: number;
  /** prompts decoded so far and in all */
  readonly done: number;
  readonly total: number;
  /** masks that passed the filters so far (before non-maximum suppression) */
  readonly kept: number;
}

export interface AmgContext {
  /** embedding of the whole image when it is already there; crops are always encoded */
  readonly embedding?: Embedding | undefined;
  readonly signal?: Abort | undefined;
}

/**
 * Yields progress after each batch of points, returns the proposals. Throws `signal.reason` when aborted.
 */
export declare function generateMasks(
  engine: SamEngine,
  pixels: Pixels,
  options?: Partial<AmgOptions>,
  context?: AmgContext,
): AsyncGenerator<AmgProgress, Proposal[], void>;
