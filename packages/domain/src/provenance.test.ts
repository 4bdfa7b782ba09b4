import { expect, test } from 'vitest';
import {
  EDITS,
  isHumanCorrected,
  isHumanVerified,
  ORIGINS,
  type Origin,
  originAfter,
  type TableEdit,
} from './provenance.ts';

// written down a second time, from the product's description: the table must not be tested by itself
const DRAWN: Record<string, string> = {
  'none draw': 'manual',
  'none prompt': 'assisted',
  'none propose': 'proposed',
  'none import': 'imported',
  'manual draw': 'manual',
  'manual prompt': 'assisted',
  'assisted draw': 'assisted',
  'assisted prompt': 'assisted',
  'proposed draw': 'corrected',
  'proposed prompt': 'corrected',
  'proposed accept': 'accepted',
  'accepted draw': 'corrected',
  'accepted prompt': 'corrected',
  'corrected draw': 'corrected',
  'corrected prompt': 'corrected',
  'imported draw': 'corrected',
  'imported prompt': 'corrected',
  'imported accept': 'accepted',
};
const CELLS = (['none', ...ORIGINS] as const).flatMap((parent) =>
  EDITS.filter((edit) => edit !== 'revert').map((edit) => [parent, edit] as const),
);

test.each(CELLS)('PV1 %s, then %s', (parent, edit) => {
  const wanted = DRAWN[`${parent} ${edit}`] ?? null;
  expect(originAfter(parent === 'none' ? null : parent, edit as TableEdit)).toBe(wanted);
});

test('PV1 has 18 legal cells of 35', () => {
  expect(CELLS).toHaveLength(35);
  expect(Object.keys(DRAWN)).toHaveLength(18);
});

test('PV1 no model and no import can be laid over what a person made', () => {
  for (const origin of ORIGINS) {
    expect(originAfter(origin, 'propose')).toBeNull();
    expect(originAfter(origin, 'import')).toBeNull();
  }
});

test('PV1 what a person touched never becomes a proposal again', () => {
  for (const origin of ORIGINS.filter(isHumanVerified)) {
    for (const edit of ['draw', 'prompt', 'accept'] as const) {
      const next = originAfter(origin, edit);
      if (next !== null) expect(isHumanVerified(next)).toBe(true);
    }
  }
});

test('PV2 PV3 who counts as a person', () => {
  const corrected: Origin[] = ['manual', 'assisted', 'corrected'];
  expect(ORIGINS.filter(isHumanCorrected)).toEqual(corrected);
  expect(ORIGINS.filter(isHumanVerified)).toEqual(['manual', 'assisted', 'accepted', 'corrected']);
});
