import { expect, test } from 'vitest';
import { isSigned, signedLink } from './export-link.ts';

const secret = 's'.repeat(32);
const parts = (path: string) => {
  const query = new URL(path, 'http://x').searchParams;
  return { expires: query.get('expires') ?? '', signature: query.get('signature') ?? '' };
};

test('EX13 a link works for its export and an hour only, and only as it was signed', () => {
  const { path, expiresAt } = signedLink(secret, 'a', 1_000);
  expect(path).toMatch(/^\/api\/exports\/a\/download\?/);
  expect(expiresAt.getTime()).toBe(1_000 + 3_600_000);
  const given = parts(path);
  expect(isSigned(secret, 'a', { ...given, now: 3_600_000 })).toBe(true);
  expect(isSigned(secret, 'a', { ...given, now: 3_601_001 })).toBe(false);
  expect(isSigned(secret, 'b', { ...given, now: 2_000 })).toBe(false);
  expect(isSigned('t'.repeat(32), 'a', { ...given, now: 2_000 })).toBe(false);
  expect(isSigned(secret, 'a', { ...given, expires: `${given.expires}0`, now: 2_000 })).toBe(false);
  expect(isSigned(secret, 'a', { ...given, signature: 'é', now: 2_000 })).toBe(false);
});
