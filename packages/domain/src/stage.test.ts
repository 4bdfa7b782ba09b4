import { expect, test } from 'vitest';
import { ORIGINS } from './provenance.ts';
import {
  canSeeProposal,
  isExportable,
  proposalFloor,
  reachesFloor,
  STAGE_RULES,
  STAGES,
  type Stage,
} from './stage.ts';

const THRESHOLDS = { confidentIou: 0.88, confidentStability: 0.95 };
const CONFIDENT = { predictedIou: 0.88, stability: 0.95 };

test.each([
  ['assisted-manual', CONFIDENT, false],
  ['semi-automatic', CONFIDENT, true],
  ['semi-automatic', { ...CONFIDENT, predictedIou: 0.8799 }, false],
  ['semi-automatic', { ...CONFIDENT, stability: 0.9499 }, false],
  ['semi-automatic', { predictedIou: null, stability: 1 }, false],
  ['semi-automatic', { predictedIou: 1, stability: null }, false],
  ['fully-automatic', { predictedIou: null, stability: 0 }, true],
] as [Stage, { predictedIou: number | null; stability: number | null }, boolean][])(
  'ST1 %s shows %j: %s',
  (stage, proposal, shown) => expect(canSeeProposal(stage, proposal, THRESHOLDS)).toBe(shown),
);

test('ST2 proposals leave the fully automatic stage only, imports never', () => {
  const leaving = (stage: Stage) => ORIGINS.filter((origin) => isExportable(stage, origin));
  const verified = ['manual', 'assisted', 'accepted', 'corrected'];
  expect(leaving('assisted-manual')).toEqual(verified);
  expect(leaving('semi-automatic')).toEqual(verified);
  expect(leaving('fully-automatic')).toEqual(['manual', 'assisted', 'proposed', 'accepted', 'corrected']);
});

test('the stages follow each other, and the last has neither gate nor next', () => {
  const walked: Stage[] = ['assisted-manual'];
  for (let next = STAGE_RULES['assisted-manual'].next; next; next = STAGE_RULES[next].next) walked.push(next);
  expect(walked).toEqual([...STAGES]);
  for (const stage of STAGES) expect(STAGE_RULES[stage].gate === null).toBe(STAGE_RULES[stage].next === null);
});

test('ST1 the floor says what an annotator may see, and a lower one shows nothing more', () => {
  expect(STAGES.map((stage) => proposalFloor(stage, THRESHOLDS))).toEqual([
    null,
    { predictedIou: 0.88, stability: 0.95 },
    { predictedIou: 0, stability: 0 },
  ]);
  const all = { predictedIou: 0, stability: 0 };
  // a model that is sure of nothing may say less than 0
  expect(reachesFloor({ predictedIou: -0.02, stability: null }, all)).toBe(true);
  expect(reachesFloor({ predictedIou: null, stability: 1 }, { ...all, predictedIou: 0.01 })).toBe(false);
  expect(reachesFloor({ predictedIou: 0.9, stability: 0.7 }, { predictedIou: 0.9, stability: 0.7 })).toBe(
    true,
  );
});
