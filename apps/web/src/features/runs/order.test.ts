import { presetParameters, RunInput } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { draftOf, emptyDraft, orderOf, scopeOf, textFor, withParameters } from './order.ts';

const MODEL = { id: '11111111-1111-7111-8111-111111111111', family: 'maskloop' };

test('a new order asks for what is not labeled yet, with the preset that suits the model', () => {
  const draft = emptyDraft(MODEL, []);
  expect(scopeOf(draft)).toEqual({ kind: 'filter', statuses: ['open', 'sent-back'] });
  expect(draft.parameters).toEqual(presetParameters('embedded'));
  expect(RunInput.safeParse(orderOf(draft)).success).toBe(true);
});

test('selected images are the scope', () => {
  expect(scopeOf(emptyDraft(MODEL, ['a', 'b']))).toEqual({ kind: 'images', imageIds: ['a', 'b'] });
});

test('an order without a model, without something to do or without images is none', () => {
  expect(orderOf(emptyDraft(null, []))).toBeNull();
  expect(orderOf({ ...emptyDraft(MODEL, []), kinds: [] })).toBeNull();
  expect(orderOf({ ...emptyDraft(MODEL, []), scope: 'images' })).toBeNull();
});

test('a changed parameter leaves the preset', () => {
  const draft = withParameters(emptyDraft(MODEL, []), { pointsPerSide: 8 });
  expect(draft.parameters).toEqual({ ...presetParameters('embedded'), preset: 'custom', pointsPerSide: 8 });
});

test('classes by text: names are the first phrases, empty ones are left out, and one has to stay', () => {
  const text = textFor(MODEL.id, [
    { id: 'a', name: 'cat' },
    { id: 'b', name: 'dog' },
  ]);
  const draft = { ...emptyDraft(MODEL, []), text: { ...text, phrases: { ...text.phrases, b: ' ' } } };
  expect(orderOf(draft)?.text?.phrases).toEqual([{ classId: 'a', phrase: 'cat' }]);
  expect(orderOf({ ...draft, kinds: ['encode'] })?.text).toBeNull();
  expect(orderOf({ ...draft, text: { ...text, phrases: {} } })).toBeNull();
});

test('a run can be ordered again as it was', () => {
  const scope = { kind: 'filter', statuses: ['skipped'], hasProposals: false, search: 'cat' } as const;
  const run = {
    model: { id: MODEL.id, name: 'm' },
    kinds: ['propose'],
    parameters: presetParameters('sa-1b'),
    scope,
    text: { textModelId: MODEL.id, threshold: 0.7, phrases: [{ classId: 'c', phrase: 'a cat' }] },
    priority: 'low',
    note: 'night',
  };
  const draft = draftOf(run as never);
  expect(scopeOf(draft)).toEqual(scope);
  expect(orderOf(draft)?.text).toEqual(run.text);
  expect(draft).toMatchObject({ kinds: ['propose'], priority: 'low', note: 'night', hasVerified: 'any' });
});
