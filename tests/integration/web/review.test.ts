import { assignments, images, masks, newId } from '@maskloop/db';
import { makeImage, makeMask, makeProject, makeUser, rectangleCounts } from '@maskloop/db/testing';
import { expect, test } from 'vitest';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();

/** A project with a lead, an annotator and a reviewer, and one image that the annotator submitted. */
async function scene() {
  const { db } = database;
  const [annotator, reviewer] = [await makeUser(db, { name: 'Ann' }), await makeUser(db, { name: 'Rev' })];
  const project = await makeProject(db, {
    members: [
      { userId: annotator.id, role: 'annotator' },
      { userId: reviewer.id, role: 'reviewer' },
    ],
  });
  const image = await makeImage(db, { projectId: project.id });
  const mask = await makeMask(db, { imageId: image.id, authorId: annotator.id, origin: 'corrected' });
  const as = async (userId: string) => (await callerFor(database, userId)).caller;
  const people = { lead: await as(project.ownerId), ann: await as(annotator.id), rev: await as(reviewer.id) };
  const submit = async (by: keyof typeof people, imageId = image.id) => {
    await people[by].assignment.claim({ imageId });
    await people[by].assignment.submit({ imageId });
  };
  return { db, project, image, mask, annotator, reviewer, ...people, submit };
}

const codeOf = (error: unknown) => ((error as Error).cause as { code?: string } | undefined)?.code;
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => codeOf(error),
  );

test('RV3, RV5 what is sent back with a pin comes first to who submitted it, and to nobody else', async () => {
  const { db, project, image, mask, annotator, ann, rev, lead, submit } = await scene();
  const urgent = await makeImage(db, { projectId: project.id, priority: 9 });
  await submit('ann');
  const queue = await rev.review.queue({ projectId: project.id });
  expect(queue.items).toMatchObject([
    { id: image.id, submitter: { name: 'Ann' }, maskCount: 1, correctedCount: 1, rounds: 0 },
  ]);
  const { seenAt, mayJudge } = await rev.review.load({ imageId: image.id });
  expect(mayJudge).toBe(true);
  const order = { imageId: image.id, verdict: 'sent-back', seenAt } as const;
  expect(await refusal(rev.review.decide(order))).toBe('INVALID_INPUT');
  const pin = await rev.review.pin({ imageId: image.id, x: 5, y: 6, maskId: mask.id, text: 'the rim' });
  await rev.review.decide(order);

  // lead and annotator both ask: the lead gets the urgent one, the annotator what came back
  expect((await lead.assignment.next({ projectId: project.id })).imageId).toBe(urgent.id);
  expect((await ann.assignment.next({ projectId: project.id })).imageId).toBe(image.id);
  const remarks = await ann.review.remarks({ imageId: image.id });
  expect(remarks.reviews).toMatchObject([{ verdict: 'sent-back', reviewer: { name: 'Rev' } }]);
  expect(remarks.comments).toMatchObject([
    { id: pin.id, text: 'the rim', maskId: mask.id, resolvedAt: null },
  ]);
  await ann.review.resolve({ commentId: pin.id, resolved: true });
  await ann.assignment.submit({ imageId: image.id });
  const [row] = await lead.assignment
    .workload({ projectId: project.id })
    .then((rows) => rows.filter(({ userId }) => userId === annotator.id));
  expect(row).toMatchObject({ held: 0, submitted: 1, accepted: 0, verdicts: 1, verdictsSentBack: 1 });
  const again = await rev.review.load({ imageId: image.id });
  expect(again.remarks.comments[0]?.resolvedAt).toBeInstanceOf(Date);
  await rev.review.decide({ imageId: image.id, verdict: 'accepted', seenAt: again.seenAt });
  expect((await rev.review.queue({ projectId: project.id, status: 'accepted' })).items).toMatchObject([
    { id: image.id, rounds: 2 },
  ]);
});

test('a second review shows what changed since the first: new, changed, gone', async () => {
  const { db, image, mask, annotator, rev, submit } = await scene();
  const gone = await makeMask(db, { imageId: image.id, authorId: annotator.id });
  await submit('ann');
  const { seenAt, masks: first } = await rev.review.load({ imageId: image.id });
  expect(first.map(({ before }) => before)).toEqual([null, null]);
  await rev.review.decide({ imageId: image.id, verdict: 'sent-back', note: 'rim', seenAt });
  const locked = await masks.lockHead(db, mask.id);
  const box = { x: 2, y: 3, width: 20, height: 8 };
  const counts = rectangleCounts(box, { width: 64, height: 48 });
  await masks.appendRevision(db, {
    id: newId(),
    maskId: mask.id,
    imageId: image.id,
    seq: (locked?.lastSeq ?? 0) + 1,
    parentRevisionId: mask.headId,
    edit: 'draw',
    origin: 'corrected',
    stage: 'assisted-manual',
    counts,
    area: 160,
    box,
    authorId: annotator.id,
  });
  await masks.remove(db, gone.id, annotator.id);
  const made = await makeMask(db, { imageId: image.id, authorId: annotator.id });
  await submit('ann');
  const { masks: second } = await rev.review.load({ imageId: image.id });
  const byId = new Map(second.map((each) => [each.id, each]));
  expect(byId.get(mask.id)).toMatchObject({ counts, before: { id: mask.headId }, removed: false });
  expect(byId.get(mask.id)?.proposal).not.toBeNull();
  expect(byId.get(gone.id)).toMatchObject({ removed: true, before: { id: gone.headId } });
  expect(byId.get(made.id)).toMatchObject({ before: null, removed: false });
});

test('RV1, RV4 a verdict is refused on an open image, while somebody labels it, and on what the reviewer has not seen', async () => {
  const { db, image, annotator, ann, rev, submit } = await scene();
  const decide = async () => {
    const { seenAt } = await rev.review.load({ imageId: image.id });
    return refusal(rev.review.decide({ imageId: image.id, verdict: 'accepted', seenAt }));
  };
  expect(await decide()).toBe('INVALID_TRANSITION');
  await submit('ann');
  const { seenAt } = await rev.review.load({ imageId: image.id });
  await ann.assignment.claim({ imageId: image.id });
  expect(await decide()).toBe('LEASE_HELD');
  await makeMask(db, { imageId: image.id, authorId: annotator.id });
  await ann.assignment.submit({ imageId: image.id });
  expect(await refusal(rev.review.decide({ imageId: image.id, verdict: 'accepted', seenAt }))).toBe(
    'REVISION_CONFLICT',
  );
  // of two verdicts at once, one is passed
  const latest = await rev.review.load({ imageId: image.id });
  const both = await Promise.all(
    [1, 2].map(() =>
      refusal(rev.review.decide({ imageId: image.id, verdict: 'accepted', seenAt: latest.seenAt })),
    ),
  );
  expect(both.toSorted()).toEqual(['INVALID_TRANSITION', null]);
  expect(await db.review.count({ where: { imageId: image.id } })).toBe(1);
});

test('RV2 nobody judges their own submission, but a lead who is alone does', async () => {
  const { db, project, image, lead, reviewer, rev, submit } = await scene();
  await submit('rev');
  const { seenAt, mayJudge } = await rev.review.load({ imageId: image.id });
  expect(mayJudge).toBe(false);
  const order = { imageId: image.id, verdict: 'accepted', seenAt } as const;
  expect(await refusal(rev.review.decide(order))).toBe('FORBIDDEN');
  await lead.review.decide(order);
  const other = await makeImage(db, { projectId: project.id });
  await submit('lead', other.id);
  await lead.review.decide({ ...order, imageId: other.id, seenAt: null });
  const third = await makeImage(db, { projectId: project.id });
  await submit('lead', third.id);
  await db.membership.updateMany({ where: { userId: reviewer.id }, data: { role: 'lead' } });
  expect(await refusal(lead.review.decide({ ...order, imageId: third.id, seenAt: null }))).toBe('FORBIDDEN');
});

test('the queue pages through every image once, oldest submission first', async () => {
  const { db, project, ann, rev, annotator } = await scene();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    const { id } = await makeImage(db, { projectId: project.id, name: `page-${n}.png` });
    await assignments.claim(db, { imageId: id, userId: annotator.id, leaseMs: 60_000 });
    await ann.assignment.submit({ imageId: id });
    ids.push(id);
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof rev.review.queue>> = await rev.review.queue({
      projectId: project.id,
      text: 'page-',
      submitterId: annotator.id,
      cursor,
      limit: 2,
    });
    expect(page.total).toBe(5);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(seen).toEqual(ids);
  expect((await rev.review.queue({ projectId: project.id, again: true })).items).toEqual([]);
});

test('AS6 who leaves a project leaves nothing assigned; nothing is assigned to a stranger', async () => {
  const { db, project, image, annotator, lead } = await scene();
  const order = { projectId: project.id, imageIds: [image.id] };
  expect(await lead.assignment.assign({ ...order, userId: annotator.id })).toEqual({ changed: 1 });
  const page = () =>
    images.page(db, { projectId: project.id, sort: 'name', direction: 'asc', limit: 9, encoder: null });
  expect((await page()).items[0]?.assignee).toMatchObject({ name: 'Ann' });
  await lead.member.remove({ projectId: project.id, userId: annotator.id });
  expect((await page()).items[0]?.assignee).toBeNull();
  expect(await refusal(lead.assignment.assign({ ...order, userId: annotator.id }))).toBe('NOT_FOUND');
});
