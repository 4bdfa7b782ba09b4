import { compressCounts } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { compareProposals } from './compare-runs.ts';
import {
  dryRunParameters,
  presetParameters,
  RUN_PRESETS,
  RunInput,
  type RunProposal,
  stateAtEnd,
  suggestedThresholds,
  uncertaintyOf,
} from './run.ts';

const size = { width: 10, height: 10 };

/** Whole columns of a picture of 10 x 10. */
const columns = (from: number, count: number): RunProposal => ({
  counts: compressCounts([from * 10, count * 10, (10 - from - count) * 10]),
  area: count * 10,
  predictedIou: 0.9,
  stability: 0.9,
  point: { x: 1, y: 1 },
  candidate: 0,
});

test('each preset is within the limits of a run', () => {
  for (const preset of RUN_PRESETS) expect(presetParameters(preset)).toMatchObject({ preset });
  expect(presetParameters('sa-1b')).toMatchObject({ cropNLayers: 2, maxAreaShare: 0.95 });
  expect(suggestedThresholds('maskloop')).toEqual({ confidentIou: 0.55, confidentStability: 0.65 });
  expect(suggestedThresholds('sam')).toEqual({ confidentIou: 0.88, confidentStability: 0.95 });
});

test('an order outside the limits is refused, field by field', () => {
  const order = {
    modelVersionId: '11111111-1111-7111-8111-111111111111',
    kinds: ['propose'],
    scope: { kind: 'all' },
    parameters: presetParameters('reference'),
  };
  expect(RunInput.parse(order)).toMatchObject({ priority: 'normal', dryRun: false, sample: 5 });
  const refused = (changes: object) =>
    RunInput.safeParse({ ...order, ...changes }).error?.issues.map(({ path }) => path.join('.'));
  expect(refused({ kinds: [] })).toEqual(['kinds']);
  expect(refused({ sample: 21 })).toEqual(['sample']);
  expect(refused({ scope: { kind: 'images', imageIds: [] } })).toEqual(['scope.imageIds']);
  expect(refused({ parameters: { ...order.parameters, pointsPerSide: 65 } })).toEqual([
    'parameters.pointsPerSide',
  ]);
});

test('RN6 a run is done when an image was, else failed when one failed, else cancelled', () => {
  const counts = { pending: 0, done: 0, failed: 0, cancelled: 0 };
  expect(stateAtEnd({ ...counts, done: 1, failed: 9 })).toBe('done');
  expect(stateAtEnd({ ...counts, failed: 1, cancelled: 9 })).toBe('failed');
  expect(stateAtEnd({ ...counts, cancelled: 2 })).toBe('cancelled');
});

test('RN7 the lower score counts, scores beyond 0..1 are cut, and nothing found is least sure', () => {
  expect(uncertaintyOf([])).toBe(1);
  expect(
    uncertaintyOf([
      { predictedIou: 1.2, stability: 0.8 },
      { predictedIou: 0.6, stability: 1 },
    ]),
  ).toBeCloseTo(0.3);
  expect(uncertaintyOf([{ predictedIou: -0.1, stability: null }])).toBe(1);
});

test('a dry run keeps more than was asked for, never less', () => {
  const kept = (predIouThresh: number) =>
    dryRunParameters({ ...presetParameters('reference'), predIouThresh }).predIouThresh;
  expect(kept(0.88)).toBeCloseTo(0.63);
  expect(kept(0.2)).toBe(0.1);
  expect(kept(0.05)).toBe(0.05);
});

test('two runs: what is the same, changed, new and gone, each proposal in one pair', () => {
  const before = [columns(0, 4), columns(5, 2), columns(8, 1)];
  const after = [columns(0, 4), columns(0, 3), columns(5, 3), columns(9, 1)];
  expect(compareProposals(before, after, size)).toEqual({ same: 1, changed: 1, appeared: 2, vanished: 1 });
  expect(compareProposals([], [], size)).toEqual({ same: 0, changed: 0, appeared: 0, vanished: 0 });
});
