import {
  ASSIGNMENT_STATES,
  BUILD_STATES,
  CLASS_KINDS,
  EDITS,
  IMAGE_STATUSES,
  ITEM_KINDS,
  JOB_STATES,
  LINT_RULES,
  MODEL_STATES,
  ORIGINS,
  PLANTED_STATES,
  ROLES,
  RUN_ITEM_STATES,
  RUN_KINDS,
  RUN_STATES,
  SPLITS,
  STAGES,
  VERDICTS,
  WEBHOOK_DELIVERY_STATES,
} from '@maskloop/domain';
import { expect, test } from 'vitest';
import { fromCursor, newestFirst, toCursor } from './cursor.ts';
import * as Rows from './generated/enums.ts';
import { toDomain, toRow } from './to-domain.ts';

const PAIRS: [string, readonly string[], Record<string, string>][] = [
  ['Stage', STAGES, Rows.Stage],
  ['ImageStatus', IMAGE_STATUSES, Rows.ImageStatus],
  ['ClassKind', CLASS_KINDS, Rows.ClassKind],
  ['Origin', ORIGINS, Rows.Origin],
  ['Edit', EDITS, Rows.Edit],
  ['AssignmentState', ASSIGNMENT_STATES, Rows.AssignmentState],
  ['Verdict', VERDICTS, Rows.Verdict],
  ['Planted', PLANTED_STATES, Rows.Planted],
  ['ModelState', MODEL_STATES, Rows.ModelState],
  ['JobState', JOB_STATES, Rows.JobState],
  ['BuildState', BUILD_STATES, Rows.BuildState],
  ['Split', SPLITS, Rows.Split],
  ['LintRule', LINT_RULES, Rows.LintRule],
  ['ItemKind', ITEM_KINDS, Rows.ItemKind],
  ['RunKind', RUN_KINDS, Rows.RunKind],
  ['RunState', RUN_STATES, Rows.RunState],
  ['RunItemState', RUN_ITEM_STATES, Rows.RunItemState],
  ['WebhookDeliveryState', WEBHOOK_DELIVERY_STATES, Rows.WebhookDeliveryState],
  ['MembershipRole', ROLES.filter((role) => role !== 'admin'), Rows.MembershipRole],
];

test.each(PAIRS)(
  '%s: the database has exactly the words of the domain, in the same order',
  (_, words, members) => {
    expect(Object.values(members).map((member) => toDomain(member))).toEqual([...words]);
    expect(words.map((word) => toRow(word))).toEqual(Object.values(members));
  },
);

test('a cursor comes back as it was given out, and nothing else is taken for one', () => {
  expect(fromCursor(toCursor(['é "quoted"', 'id']))).toEqual(['é "quoted"', 'id']);
  for (const text of [
    '',
    'x',
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
  ]) {
    expect(() => fromCursor(text)).toThrow(/cursor/);
  }
});

test('a list by age goes on after the row of its cursor, and takes no cursor of another list', () => {
  const row = { createdAt: new Date('2026-11-28T12:00:00.123Z'), id: 'b' };
  expect(newestFirst.after(newestFirst.cursorOf(row))).toEqual({
    OR: [{ createdAt: { lt: row.createdAt } }, { createdAt: row.createdAt, id: { lt: 'b' } }],
  });
  expect(newestFirst.after(null)).toEqual({});
  for (const value of ['a name', 3, null]) {
    expect(() => newestFirst.after(toCursor([value, 'b']))).toThrow(/cursor: not one/);
  }
});
