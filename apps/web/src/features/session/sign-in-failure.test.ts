import { expect, test } from 'vitest';
import { readSignInFailure, safeCallback } from './sign-in-failure.ts';

test('used-up attempts carry the seconds to wait', () => {
  expect(readSignInFailure('TOO_MANY_REQUESTS:42')).toEqual({ kind: 'wait', seconds: 42 });
});

test.each([
  ['CredentialsSignin', 'credentials'],
  ['AccessDenied', 'denied'],
  ['SessionRequired', 'session'],
  ['Configuration', 'other'],
])('%s is read as %s', (error, kind) => {
  expect(readSignInFailure(error)).toEqual({ kind });
});

test.each([
  ['/projects/1?x=2#y', '/projects/1?x=2#y'],
  ['https://evil.example/x', '/'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [null, '/'],
  ['', '/'],
])('after sign-in %s leads to %s', (wanted, expected) => {
  expect(safeCallback(wanted)).toBe(expected);
});
