import type { LabelClass, Origin } from '@maskloop/domain';
import type { MaskRecord } from '../document/records.ts';
import type { ColourBy } from '../settings.ts';

export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** `#rrggbb` → channels. */
export function parseColour(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}

/** As a canvas pixel read as one 32-bit number; typed arrays are little-endian wherever browsers run. */
export function packed({ r, g, b }: Colour, alpha: number): number {
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** How a mask came about, in colours that stay apart for colour-blind eyes (Okabe and Ito). */
export const ORIGIN_COLOURS: Readonly<Record<Origin, string>> = {
  manual: '#0072b2',
  assisted: '#56b4e9',
  proposed: '#f0e442',
  accepted: '#009e73',
  corrected: '#cc79a7',
  imported: '#e69f00',
};

/** No score was given. */
const UNSCORED = '#9aa5a8';
/** From not sure to sure: readable in grey as well. Predicted IoU rarely falls below one half. */
const SURENESS = [
  [0.5, '#7a0403'],
  [0.7, '#f05b12'],
  [0.85, '#edd03a'],
  [0.95, '#35f394'],
  [1, '#1bcfd4'],
] as const;

/**
 * The colour a mask is painted in. By class, a mask without one keeps a colour of its own.
 * @param record confidence is the model's predicted IoU
 */
export function colourOf(
  record: Pick<MaskRecord, 'id' | 'classId' | 'origin' | 'predictedIou'>,
  classes: ReadonlyMap<string, LabelClass>,
  by: ColourBy,
): string {
  switch (by) {
    case 'class':
      return (record.classId === null ? null : classes.get(record.classId)?.colour) ?? ownColour(record.id);
    case 'instance':
      return ownColour(record.id);
    case 'provenance':
      return ORIGIN_COLOURS[record.origin];
    case 'confidence':
      return record.predictedIou === null ? UNSCORED : surenessColour(record.predictedIou);
  }
}

/** The same for ever, and different from the masks made just before and after. */
function ownColour(id: string): string {
  // the last digits of an id are random, the first are the time
  return hueColour((Number.parseInt(id.slice(-6), 16) * GOLDEN) % 1);
}

/** @param score 0..1; beyond it the nearest end */
export function surenessColour(score: number): string {
  const next = SURENESS.findIndex(([at]) => at >= score);
  if (next <= 0) return SURENESS[next === 0 ? 0 : SURENESS.length - 1]?.[1] ?? UNSCORED;
  const [from, a] = SURENESS[next - 1] ?? SURENESS[0];
  const [to, b] = SURENESS[next] ?? SURENESS[0];
  const share = (score - from) / (to - from);
  const mix = (x: number, y: number) =>
    Math.round(x + (y - x) * share)
      .toString(16)
      .padStart(2, '0');
  const [low, high] = [parseColour(a), parseColour(b)];
  return `#${mix(low.r, high.r)}${mix(low.g, high.g)}${mix(low.b, high.b)}`;
}

/** Multiples of it spread evenly over the circle, so that neighbours in time are not neighbours in colour. */
const GOLDEN = 0.618033988749895;

/** A colour strong enough for photos. @param hue 0..1 */
function hueColour(hue: number): string {
  const channel = (n: number) => {
    const k = (n + hue * 12) % 12;
    const value = 0.56 - 0.4 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
