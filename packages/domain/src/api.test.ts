import { expect, test } from 'vitest';
import { ApiTokenInput, allowsScope } from './api.ts';

test('AP1 a token does what it has the scope for, and no scope stands for another', () => {
  expect(allowsScope(['read', 'label'], 'label')).toBe(true);
  expect(allowsScope(['manage'], 'read')).toBe(false);
  expect(allowsScope([], 'read')).toBe(false);
});

test('AP1 scopes are kept once each and in one order', () => {
  const { scopes } = ApiTokenInput.parse({ name: 'CI', scopes: ['manage', 'read', 'read'], days: 30 });
  expect(scopes).toEqual(['read', 'manage']);
  expect(ApiTokenInput.safeParse({ name: 'CI', scopes: [], days: 30 }).error?.issues[0]?.message).toBe(
    'choose at least one scope',
  );
  expect(ApiTokenInput.safeParse({ name: 'CI', scopes: ['read'], days: 400 }).success).toBe(false);
});
