import type { LabelClass } from '@maskloop/domain';
import type { MaskRecord } from '../document/records.ts';

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

/** Its class's colour; a mask without a class keeps one of its own, taken from its id. */
export function colourOf(
  record: Pick<MaskRecord, 'id' | 'classId'>,
  classes: ReadonlyMap<string, LabelClass>,
): string {
  const named = record.classId === null ? undefined : classes.get(record.classId)?.colour;
  if (named) return named;
  // the last digits of an id are random, the first are the time
  return hueColour((Number.parseInt(record.id.slice(-6), 16) * GOLDEN) % 1);
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
