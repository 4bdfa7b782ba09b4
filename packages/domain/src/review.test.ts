import { expect, test } from 'vitest';
import { type Judge, mayJudge, saysWhy } from './review.ts';

test.each<[string, Partial<Judge>, boolean]>([
  ['a reviewer judges the work of others', { submitterId: 'other' }, true],
  ['and work nobody knows the submitter of', { submitterId: null }, true],
  ['but not their own, even when nobody leads', { submitterId: 'me', otherLeads: 0 }, false],
  ['a lead does not judge their own while another lead could', { role: 'lead', submitterId: 'me' }, false],
  ['an admin does not either', { role: 'admin', submitterId: 'me' }, false],
  ['a lead who is alone does', { role: 'lead', submitterId: 'me', otherLeads: 0 }, true],
  ['an admin who is alone does', { role: 'admin', submitterId: 'me', otherLeads: 0 }, true],
  ['an annotator judges nothing', { role: 'annotator', submitterId: 'other' }, false],
])('RV2 %s', (_, judge, allowed) => {
  expect(mayJudge({ userId: 'me', role: 'reviewer', submitterId: null, otherLeads: 1, ...judge })).toBe(
    allowed,
  );
});

test('RV3 sending back says why, by a note or a pin', () => {
  expect(saysWhy('accepted', '', 0)).toBe(true);
  expect(saysWhy('sent-back', ' ', 0)).toBe(false);
  expect(saysWhy('sent-back', 'the handle is missing', 0)).toBe(true);
  expect(saysWhy('sent-back', '', 1)).toBe(true);
});
