import type { NumberFormatOptions } from 'next-intl';
import { expect, test } from 'vitest';
import { formatBytes, formatDuration, initials, textOn } from './format.ts';

const en = (value: number, options: NumberFormatOptions) =>
  new Intl.NumberFormat('en', options).format(value);

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [1536, '1.5 kB'],
  [999_600, '1 MB'],
  [8_312_441, '8.3 MB'],
  [81_000_000_000, '81 GB'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes, en)).toBe(text);
});

test.each([
  [-5, '0 sec'],
  [1234, '1.2 sec'],
  [9_960, '10 sec'],
  [59_400, '59 sec'],
  [59_600, '1 min'],
  [200_000, '3 min 20 sec'],
  [3_600_000, '1 hr'],
  [90_061_000, '1 day 1 hr'],
])('%d ms read %s', (ms, text) => {
  expect(formatDuration(ms, en)).toBe(text);
});

test('initials take first and last word, one syllable for Korean names', () => {
  expect(initials('Ngozi Ada Okafor')).toBe('NO');
  expect(initials('jimin')).toBe('J');
  expect(initials('박지민')).toBe('박');
  expect(initials('  ')).toBe('?');
});

test('text on a class colour is the readable one of black and white', () => {
  expect(textOn('#fffac8')).toBe('#000000');
  expect(textOn('#000075')).toBe('#ffffff');
  expect(textOn('#3cb44b')).toBe('#000000');
  expect(textOn('#911eb4')).toBe('#ffffff');
});
