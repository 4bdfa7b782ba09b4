import { expect, test } from 'vitest';
import { chooseLocale } from './locale.ts';

test.each([
  ['ko', 'en', 'ko'],
  [undefined, 'ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  [undefined, 'fr-FR,fr;q=0.9,ko;q=0.2,en;q=0.1', 'ko'],
  [undefined, 'en;q=0.4, ko;q=0.6', 'ko'],
  [undefined, 'ko;q=0, de', 'en'],
  [undefined, '*', 'en'],
  ['xx', null, 'en'],
])('cookie %s with Accept-Language %s gives %s', (cookie, header, expected) => {
  expect(chooseLocale(cookie, header)).toBe(expected);
});
