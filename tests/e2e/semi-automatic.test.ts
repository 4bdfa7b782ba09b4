// A prefilled picture finished by judging: keep, reject, fix by prompt, add what is missing, submit.
import { makeMask } from '@maskloop/db/testing';
import { compressCounts, encodeRle } from '@maskloop/sam-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, type Visitor, visit } from '../helpers/browser.ts';
import { type DemoImage, demoImage, userId } from '../helpers/demo-rows.ts';
import { bitsOf, deepest, iou, trueObject } from '../helpers/demo-truth.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { until } from '../helpers/wait-until.ts';

const PICTURE = 'sweets';
let stack: Stack;
let browser: Browser;
let annotator: Visitor;
let editor: Editor;
let image: DemoImage;
/** ids of the proposals by what they are */
const made: Record<string, string> = {};

beforeAll(async () => {
  stack = await startStack({ demo: true });
  browser = await launchBrowser();
  image = await demoImage(stack, PICTURE);
  await stack.db.project.update({
    where: { id: image.projectId },
    data: { stage: 'semi_automatic', confidentIou: 0.88, confidentStability: 0.95 },
  });
  const propose = async (name: string, scores: { predictedIou: number; stability?: number }, id?: number) => {
    const truth = id === undefined ? null : await trueObject(PICTURE, id);
    const mask = await makeMask(stack.db, {
      imageId: image.id,
      authorId: null,
      origin: 'proposed',
      stage: 'semi-automatic',
      size: image,
      box: { x: 10, y: 10, width: 90, height: 60 },
      stability: 0.97,
      ...scores,
      ...(truth && {
        pixels: {
          counts: compressCounts(encodeRle(truth.bits).counts),
          area: truth.bits.data.reduce((sum, bit) => sum + bit, 0),
          box: {
            x: truth.box.x0,
            y: truth.box.y0,
            width: truth.box.x1 - truth.box.x0,
            height: truth.box.y1 - truth.box.y0,
          },
        },
      }),
    });
    made[name] = mask.id;
  };
  await propose('wrong', { predictedIou: 0.9 });
  await propose('fixed', { predictedIou: 0.92 }, 6);
  await propose('kept', { predictedIou: 0.95 }, 26);
  await propose('left', { predictedIou: 0.98 }, 12);
  await propose('doubtful', { predictedIou: 0.6 }, 17);
  await propose('unstable', { predictedIou: 0.99, stability: 0.7 }, 24);
  await until(
    'the embedding',
    async () =>
      (await stack.db.embedding.count({
        where: {
          imageSha256: (await stack.db.image.findUniqueOrThrow({ where: { id: image.id } })).sha256,
        },
      })) > 0,
    120_000,
  );
  annotator = await visit(browser, stack, stack.people.annotator);
  editor = await Editor.open(annotator.page, image);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
keepPicturesOfFailures(() => browser);

const selected = () => annotator.page.locator('[data-testid="mask-row"][data-selected="true"]');
const unjudged = () => annotator.page.getByTestId('unjudged-count').textContent();
/** A mask's revisions as they followed each other. */
const lineage = async (name: string) => {
  const mask = await stack.db.mask.findUniqueOrThrow({
    where: { id: made[name] ?? '' },
    include: { revisions: { orderBy: { seq: 'asc' } } },
  });
  return {
    steps: mask.revisions.map(({ edit, origin }) => `${edit} ${origin}`),
    removed: mask.removedAt !== null,
    removedById: mask.removedById,
    head: mask.revisions.at(-1),
  };
};

test('ST1 confident proposals are there to be judged; narrower thresholds of a person only hide them', async () => {
  await editor.hasMasks(4);
  const { page } = annotator;
  const panel = page.getByTestId('proposals');
  const kept = () => page.getByTestId('proposals-kept').textContent();
  expect(await kept()).toBe('4 of 4');
  const threshold = panel.getByRole('slider', { name: 'Predicted IoU' });
  await threshold.focus();
  await threshold.press('End');
  await editor.hasMasks(0);
  expect(await kept()).toBe('0 of 4');
  expect(await unjudged()).toBe('4 to judge');
  await threshold.press('Home');
  await editor.hasMasks(4);
  const untouched = await stack.db.maskRevision.count({ where: { imageId: image.id } });
  expect(untouched).toBe(6);
});

test('keys go from the least sure proposal to the next: one is rejected, one fixed by prompt, one kept', async () => {
  await annotator.page.getByTestId('editor-canvas').focus();
  await editor.key('y');
  await selected().waitFor();
  await editor.key('u');
  await editor.hasMasks(3);
  // the view has moved on to the second doughnut
  const doughnut = await trueObject(PICTURE, 6);
  await editor.key('r');
  await editor.answered();
  await editor.backgroundClick({ x: doughnut.box.x0 - 15, y: doughnut.box.y1 - 10 });
  await editor.accept();
  await expect.poll(unjudged).toBe('2 to judge');
  await editor.key('y');
  await editor.key('y');
  await expect.poll(unjudged).toBe('1 to judge');
  await editor.saved();
  const me = await userId(stack, stack.people.annotator.email);
  expect(await lineage('wrong')).toMatchObject({
    steps: ['propose proposed'],
    removed: true,
    removedById: me,
  });
  expect(await lineage('kept')).toMatchObject({
    steps: ['propose proposed', 'accept accepted'],
    removed: false,
  });
  const fixed = await lineage('fixed');
  expect(fixed).toMatchObject({ steps: ['propose proposed', 'prompt corrected'], removed: false });
  expect(fixed.head?.authorId).toBe(me);
  expect(fixed.head?.iouWithProposal).toBeGreaterThan(0.3);
});

test('J finds what no mask covers, and what is missing is added', async () => {
  const macaron = await trueObject(PICTURE, 30);
  await editor.key('j');
  await annotator.page.keyboard.press('0');
  await editor.label(deepest(macaron.bits));
  await editor.saved();
  const added = await stack.db.mask.findFirstOrThrow({
    where: { imageId: image.id, origin: 'assisted' },
    include: { headRevision: true },
  });
  expect(added).toMatchObject({ stage: 'semi_automatic', removedAt: null });
  expect(iou(bitsOf(added.headRevision?.counts ?? '', image), macaron.bits)).toBeGreaterThan(0.5);
});

test('submitting with an unjudged proposal asks below the picture, goes there or goes on', async () => {
  const { page } = annotator;
  const question = page.getByTestId('submit-question');
  const status = async () => (await stack.db.image.findUniqueOrThrow({ where: { id: image.id } })).status;
  await editor.key('Control+Enter');
  await question.waitFor();
  expect(await question.getAttribute('data-count')).toBe('1');
  expect(await page.locator('[role=dialog]').count()).toBe(0);
  expect(await status()).toBe('open');
  await page.getByTestId('look-at-unjudged').click();
  await question.waitFor({ state: 'detached' });
  await selected().waitFor();
  await editor.key('Control+Enter');
  await question.waitFor();
  await editor.key('Control+Enter');
  await until('the submission', async () => (await status()) === 'submitted');
  // neither judged nor lost, and what the stage does not show was not touched
  for (const name of ['left', 'doubtful', 'unstable'])
    expect(await lineage(name)).toMatchObject({ steps: ['propose proposed'], removed: false });
  expect(annotator.errors).toEqual([]);
});
