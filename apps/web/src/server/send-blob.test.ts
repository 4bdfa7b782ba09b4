import { expect, test } from 'vitest';
import { rangeOf } from './send-blob.ts';

test.each([
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=40-', { start: 40, end: 99 }],
  ['bytes=40-49', { start: 40, end: 49 }],
  ['bytes=40-400', { start: 40, end: 99 }],
  ['bytes=100-', null],
  ['bytes=50-40', null],
  ['bytes=-10', null],
  ['bytes=0-1,5-6', null],
  ['lines=1-2', null],
  [null, null],
])('the range %s of 100 bytes', (header, range) => {
  expect(rangeOf(header, 100)).toEqual(range);
});
