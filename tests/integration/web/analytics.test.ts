import { masks } from '@maskloop/db';
import { makeImage, makeMask, makeModel, makeProject, makeUser } from '@maskloop/db/testing';
import type { FiguresFilter } from '@maskloop/domain';
import { beforeEach, expect, test } from 'vitest';
import { demandSight } from '../../../apps/web/src/server/usecases/demand-sight.ts';
import { sendFigures } from '../../../apps/web/src/server/usecases/send-figures.ts';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();

let projectId: string;
let people: Record<'lead' | 'annotator' | 'reviewer', string>;
let callers: Record<keyof typeof people, Awaited<ReturnType<typeof callerFor>>['caller']>;
let classId: string;
let imageId: string;

/** A lead who drew one mask in 8 seconds, an annotator who corrected a proposal in 2. */
beforeEach(async () => {
  const { db } = database;
  const annotator = await makeUser(db, { name: '=annotator' });
  const reviewer = await makeUser(db);
  const model = await makeModel(db);
  const project = await makeProject(db, {
    classes: ['cup, "blue"'],
    members: [
      { userId: annotator.id, role: 'annotator' },
      { userId: reviewer.id, role: 'reviewer' },
    ],
  });
  projectId = project.id;
  people = { lead: project.ownerId, annotator: annotator.id, reviewer: reviewer.id };
  const caller = async (userId: string) => (await callerFor(database, userId)).caller;
  callers = {
    lead: await caller(people.lead),
    annotator: await caller(people.annotator),
    reviewer: await caller(people.reviewer),
  };
  classId = project.classIds[0] ?? '';
  imageId = (await makeImage(db, { projectId, name: '-1+1.png', status: 'accepted' })).id;
  await makeMask(db, { imageId, authorId: people.lead, origin: 'manual', activeMs: 8_000 });
  await makeMask(db, {
    imageId,
    authorId: annotator.id,
    origin: 'corrected',
    stage: 'semi-automatic',
    classId,
    modelVersionId: model.id,
    iouWithProposal: 0.93,
    activeMs: 2_000,
    promptCount: 3,
  });
});

type Figures = Awaited<ReturnType<(typeof callers)['lead']['analytics']['figures']>>;
const whole = ({ rows }: Figures) => rows.find(({ dimension }) => dimension === null)?.figures;
const by = ({ rows }: Figures, wanted: string) =>
  rows.filter(({ dimension }) => dimension === wanted).map(({ name, key }) => name ?? key);

test('AN1 a lead sees everybody, by stage, class, person, model version and week, with their names', async () => {
  const answer = await callers.lead.analytics.figures({ projectId, whose: 'everybody' });
  expect(whole(answer)).toMatchObject({
    verifiedMasks: 2,
    medianSecondsPerMask: 5,
    clicksPerMask: 3,
    masksPerImage: 2,
    judged: 1,
    acceptedShare: 0,
    meanProposalIou: 0.93,
  });
  expect(by(answer, 'stage').toSorted()).toEqual(['assisted-manual', 'semi-automatic']);
  expect(by(answer, 'class')).toEqual(['cup, "blue"', null]);
  expect(by(answer, 'person')).toContain('=annotator');
  expect(by(answer, 'model')).toEqual([expect.stringContaining('model'), null]);
  expect(by(answer, 'week')).toHaveLength(1);
  expect(answer.histogram).toMatchObject({ accepted: 0 });
  expect(answer.histogram.corrected[18]).toBe(1);
});

test('AN2 an annotator sees their own figures and nobody else’s, and not who did what', async () => {
  const mine = await callers.annotator.analytics.figures({ projectId });
  expect(whole(mine)).toMatchObject({ verifiedMasks: 1, medianSecondsPerMask: 2 });
  expect(mine.dimensions).not.toContain('person');
  for (const whose of ['everybody', people.lead]) {
    await expect(callers.annotator.analytics.figures({ projectId, whose })).rejects.toThrow(/^whose: /);
  }
  expect(whole(await callers.lead.analytics.figures({ projectId, whose: people.annotator }))).toEqual(
    whole(mine),
  );
});

test('AN2 a reviewer sees the project, but not by person', async () => {
  const answer = await callers.reviewer.analytics.figures({ projectId, whose: 'everybody' });
  expect(whole(answer)).toMatchObject({ verifiedMasks: 2 });
  expect(by(answer, 'person')).toEqual([]);
  expect(whole(await callers.reviewer.analytics.figures({ projectId }))).toMatchObject({ verifiedMasks: 0 });
  await expect(callers.reviewer.analytics.figures({ projectId, whose: people.annotator })).rejects.toThrow(
    /^whose: /,
  );
});

test('AN3 only masks that changed within the days asked for count, the last day wholly', async () => {
  const { db } = database;
  await db.mask.updateMany({
    where: { imageId, classId },
    data: { headAt: new Date('2026-03-02T23:59:59.999Z') },
  });
  const of = async (from: string | null, to: string | null) =>
    whole(await callers.lead.analytics.figures({ projectId, whose: 'everybody', from, to }))?.verifiedMasks ??
    0;
  expect(await of('2026-03-02', '2026-03-02')).toBe(1);
  expect(await of(null, '2026-03-01')).toBe(0);
  expect(await of('2026-03-03', null)).toBe(1);
  await expect(of('2026-03-03', '2026-03-02')).rejects.toThrow('must not lie after the last day');
});

async function csv(role: keyof typeof people, filter: Partial<FiguresFilter> = {}): Promise<string[]> {
  const sight = demandSight(
    { projectId, role, user: { id: people[role] } },
    { whose: 'everybody', from: null, to: null, ...filter },
  );
  const text = await sendFigures(database.db, sight).text();
  return text.trimEnd().split('\r\n');
}

test('AN1 the CSV lists every mask that the figures count, and text in it is no formula', async () => {
  const drawn = await makeMask(database.db, { imageId, authorId: people.lead, origin: 'manual' });
  await masks.remove(database.db, drawn.id, people.lead);
  const [head = '', ...lines] = await csv('lead');
  expect(head.split(',')).toEqual(
    expect.arrayContaining(['mask', 'person', 'active_seconds', 'iou_with_proposal']),
  );
  expect(lines).toHaveLength(3);
  const corrected = lines.find((line) => line.includes('corrected')) ?? '';
  expect(corrected).toContain(`,'-1+1.png,"cup, ""blue""",'=annotator,`);
  expect(corrected).toContain(',semi-automatic,');
  expect(corrected).toContain(',false,2,3,true,0.93,80,');
});

test('AN2 the CSV of who may not see people names nobody', async () => {
  const reviewed = await csv('reviewer');
  expect(reviewed).toHaveLength(3);
  expect(reviewed[0]?.split(',')).not.toContain('person');
  expect(reviewed.join('\n')).not.toContain('=annotator');
  expect(await csv('annotator', { whose: 'mine' })).toHaveLength(2);
  await expect(csv('annotator')).rejects.toThrow(/^whose: /);
});

test('AN4 the first verdict on an image counts, for who had submitted it, and not on a second labeling', async () => {
  const { db } = database;
  const submitted = async (
    userId: string,
    verdicts: readonly ('accepted' | 'sent_back')[],
    secondOfId?: string,
  ) => {
    const image = await makeImage(db, { projectId });
    if (secondOfId) await db.image.update({ where: { id: image.id }, data: { secondOfId } });
    const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 12, minute));
    const assignment = await db.assignment.create({
      data: { imageId: image.id, userId, state: 'submitted', expiresAt: at(0), endedAt: at(0) },
    });
    for (const [order, verdict] of verdicts.entries()) {
      await db.review.create({
        data: {
          imageId: image.id,
          assignmentId: assignment.id,
          reviewerId: people.reviewer,
          verdict,
          at: at(order + 1),
        },
      });
    }
  };
  await submitted(people.annotator, ['accepted']);
  await submitted(people.annotator, ['sent_back', 'accepted']);
  await submitted(people.lead, ['accepted', 'sent_back']);
  await submitted(people.lead, []);
  await submitted(people.lead, ['sent_back'], imageId);
  const ask = (who: keyof typeof callers, filter: Partial<FiguresFilter>) =>
    callers[who].analytics.verdicts({ projectId, ...filter });

  const everybody = await ask('lead', { whose: 'everybody' });
  expect(everybody.whole).toMatchObject({ hits: 2, all: 3 });
  expect(everybody.people?.find(({ personId }) => personId === people.annotator)).toMatchObject({
    name: '=annotator',
    hits: 1,
    all: 2,
  });
  expect(await ask('reviewer', { whose: 'everybody' })).toMatchObject({ whole: { hits: 2 }, people: null });
  expect((await ask('annotator', {})).whole).toMatchObject({ hits: 1, all: 2 });
  expect((await ask('lead', { whose: 'everybody', from: '2026-03-03' })).whole).toMatchObject({ all: 0 });
  await expect(ask('annotator', { whose: 'everybody' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
