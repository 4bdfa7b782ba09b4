import type { NumberFormatOptions } from 'next-intl';

/** The locale's number formatter, such as `useFormatter().number`. */
type FormatNumber = (value: number, options: NumberFormatOptions) => string;

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes in the largest unit that keeps the number at 1 or more; powers of 1000, as disks are sold. */
export function formatBytes(bytes: number, format: FormatNumber): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return format(value, {
    style: 'unit',
    unit: BYTE_UNITS[unit] ?? 'byte',
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  });
}

/** A span of time in its two largest units ("3 min 20 s"); below 10 s with one decimal. */
export function formatDuration(ms: number, format: FormatNumber): string {
  const part = (value: number, unit: string, digits = 0) =>
    format(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits });
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return part(seconds, 'second', 1);
  const whole = Math.round(seconds);
  if (whole < 60) return part(whole, 'second');
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const first = units.findIndex(([, size]) => whole >= size);
  const shown = units.slice(first, first + 2);
  let rest = whole;
  return shown
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? part(count, unit) : '';
    })
    .filter(Boolean)
    .join(' ');
}

/** Two letters for an avatar; Korean names give their first syllable. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? '?')][0] ?? '?';
  if (words.length < 2 || /[가-힣]/.test(first)) return first.toUpperCase();
  return (first + ([...(words.at(-1) ?? '')][0] ?? '')).toUpperCase();
}

/** Readable text colour (black or white) on a #rrggbb ground, by WCAG relative luminance. */
export function textOn(colour: string): '#000000' | '#ffffff' {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  // where contrast with black and with white are equal
  return luminance > 0.179 ? '#000000' : '#ffffff';
}
