import { expect, test } from 'vitest';
import { documentOf, rectangleMask } from '../testing/records.ts';
import { concealedBy, keptAlong, narrower, nextToJudge, proposalsIn } from './proposals.ts';
import type { MaskRecord } from './records.ts';

const IMAGE = { width: 40, height: 20 };
const proposal = (id: string, predictedIou: number | null, stability: number | null): MaskRecord =>
  rectangleMask(IMAGE, [0, 0, 4, 4], { id, origin: 'proposed', predictedIou, stability });
const DOCUMENT = documentOf(
  proposal('sure', 0.98, 0.99),
  proposal('shaky', 0.9, 0.8),
  proposal('doubtful', 0.7, 0.97),
  proposal('unscored', null, null),
  rectangleMask(IMAGE, [8, 0, 4, 4], { id: 'mine', predictedIou: 0.1, stability: 0.1 }),
  rectangleMask(IMAGE, [8, 8, 4, 4], { id: 'imported', origin: 'imported' }),
);
const shown = () => true;

test("ST1 a person's thresholds conceal proposals that miss either score, and nothing else", () => {
  expect([...concealedBy(DOCUMENT, { predictedIou: 0.8, stability: 0.9 })]).toEqual([
    'shaky',
    'doubtful',
    'unscored',
  ]);
  expect(concealedBy(DOCUMENT, { predictedIou: 0, stability: 0 }).size).toBe(0);
});

test('TX5 a phrase conceals the proposals that do not fit it, those that it did not look at among them', () => {
  const any = { predictedIou: 0, stability: 0 };
  expect([...concealedBy(DOCUMENT, any, new Set(['shaky', 'sure', 'mine']))]).toEqual([
    'doubtful',
    'unscored',
  ]);
  expect(concealedBy(DOCUMENT, { ...any, stability: 0.9 }, new Set(['shaky'])).has('shaky')).toBe(true);
});

test('ST1 thresholds of a person count only where they are narrower than those of the stage', () => {
  expect(narrower({ predictedIou: 0.88, stability: 0.9 }, { predictedIou: 0.5, stability: 0.95 })).toEqual({
    predictedIou: 0.88,
    stability: 0.95,
  });
});

test('each value of a threshold says how many proposals it keeps, the other staying', () => {
  const floor = { predictedIou: 0, stability: 0.9 };
  const along = { score: 'predictedIou', from: 0.6, steps: 4 } as const;
  // at 0.6, 0.7, 0.8, 0.9 and 1
  expect(keptAlong(proposalsIn(DOCUMENT), floor, along)).toEqual([2, 2, 1, 1, 0]);
});

test('the least sure mask is judged next, imported ones first, hidden ones never', () => {
  expect(nextToJudge(DOCUMENT, shown, null)?.id).toBe('imported');
  expect(nextToJudge(DOCUMENT, shown, 'imported')?.id).toBe('unscored');
  const isShown = (id: string) => id !== 'imported' && id !== 'unscored';
  expect(nextToJudge(DOCUMENT, isShown, null)?.id).toBe('doubtful');
  expect(nextToJudge(documentOf(), shown, null)).toBeNull();
});
