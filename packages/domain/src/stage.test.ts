import { expect, test } from 'vitest';
import { ProjectSettings } from './project.ts';
import { ORIGINS } from './provenance.ts';
import {
  canSeeProposal,
  type GateFigures,
  gateChecks,
  isExportable,
  proposalFloor,
  reachesFloor,
  STAGE_RULES,
  STAGES,
  type Stage,
  StageGates,
  StageMove,
  suggestedStage,
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

test('ST2 proposals leave the fully automatic stage only', () => {
  const leaving = (stage: Stage) => ORIGINS.filter((origin) => isExportable(stage, origin));
  const verified = ['manual', 'assisted', 'accepted', 'corrected', 'imported'];
  expect(leaving('assisted-manual')).toEqual(verified);
  expect(leaving('semi-automatic')).toEqual(verified);
  expect(leaving('fully-automatic')).toEqual([...ORIGINS]);
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

const GATES = ProjectSettings.parse({}).gates;
const NOTHING: GateFigures = {
  verifiedMasks: 0,
  secondsPerMask: null,
  acceptedShare: null,
  correctionIou: null,
};

test('ST4 a gate lists what it asks for with target, value and how far it got', () => {
  expect(
    gateChecks('assisted-manual', GATES, { ...NOTHING, verifiedMasks: 250, secondsPerMask: 28 }),
  ).toEqual([
    { measure: 'verifiedMasks', target: 500, value: 250, met: false, share: 0.5 },
    { measure: 'secondsPerMask', target: 14, value: 28, met: false, share: 0.5 },
  ]);
  expect(gateChecks('semi-automatic', GATES, NOTHING).map(({ value, share }) => [value, share])).toEqual([
    [0, 0],
    [null, 0],
    [null, 0],
  ]);
  expect(gateChecks('fully-automatic', GATES, NOTHING)).toEqual([]);
});

test.each([
  [
    'exactly at both targets',
    'assisted-manual',
    { verifiedMasks: 500, secondsPerMask: 14 },
    'semi-automatic',
  ],
  ['a mask short', 'assisted-manual', { verifiedMasks: 499, secondsPerMask: 5 }, null],
  ['a little slow', 'assisted-manual', { verifiedMasks: 900, secondsPerMask: 14.1 }, null],
  ['nothing timed yet', 'assisted-manual', { verifiedMasks: 900 }, null],
  [
    'all three reached',
    'semi-automatic',
    { verifiedMasks: 5000, acceptedShare: 0.8, correctionIou: 0.9 },
    'fully-automatic',
  ],
  [
    'too much rejected',
    'semi-automatic',
    { verifiedMasks: 9000, acceptedShare: 0.79, correctionIou: 1 },
    null,
  ],
  [
    'the last stage, whatever is reached',
    'fully-automatic',
    { verifiedMasks: 1e6, secondsPerMask: 1, acceptedShare: 1, correctionIou: 1 },
    null,
  ],
] as [string, Stage, Partial<GateFigures>, Stage | null][])(
  'ST4 %s in %s suggests as it should',
  (_, stage, figures, suggested) =>
    expect(suggestedStage(stage, gateChecks(stage, GATES, { ...NOTHING, ...figures }))).toBe(suggested),
);

test('ST4 a gate that asks for nothing suggests nothing', () => {
  const open = { verifiedMasks: null, secondsPerMask: null, acceptedShare: null, correctionIou: null };
  const gates = StageGates.parse({ 'assisted-manual': open });
  expect(suggestedStage('assisted-manual', gateChecks('assisted-manual', gates, NOTHING))).toBeNull();
  expect(gates['semi-automatic']).toEqual(STAGE_RULES['semi-automatic'].gate);
});

test('ST5 a move needs a reason and somewhere to go', () => {
  const move = { from: 'semi-automatic', to: 'assisted-manual', reason: ' worse since the new camera ' };
  expect(StageMove.parse(move).reason).toBe('worse since the new camera');
  expect(StageMove.safeParse({ ...move, reason: '  ' }).success).toBe(false);
  expect(StageMove.safeParse({ ...move, to: 'semi-automatic' }).success).toBe(false);
});
