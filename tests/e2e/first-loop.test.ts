// The first loop of the data engine as people walk it: label by pointing, correct, freeze, export, read elsewhere.
import { readFile } from 'node:fs/promises';
import { makeMask } from '@maskloop/db/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, type Visitor, visit } from '../helpers/browser.ts';
import { cocoFiles, decodeCounts, readZip, sha256 } from '../helpers/coco-reader.ts';
import { type DemoImage, demoImage, masksOf, userId } from '../helpers/demo-rows.ts';
import { bitsOf, deepest, iou, nextClick, trueObject } from '../helpers/demo-truth.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { until } from '../helpers/wait-until.ts';

let stack: Stack;
let browser: Browser;
let lead: Visitor;

beforeAll(async () => {
  stack = await startStack({ demo: true });
  browser = await launchBrowser();
  await until(
    'embeddings of the demo',
    async () => (await stack.db.embedding.count()) === (await stack.db.image.count()),
    120_000,
  );
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

const head = async (maskId: string) =>
  (await stack.db.mask.findUniqueOrThrow({ where: { id: maskId }, include: { headRevision: true } }))
    .headRevision;

/** The only mask that an image had not before. */
async function newest(image: DemoImage) {
  const found = (await masksOf(stack, image.id)).at(-1);
  if (!found?.headRevision) throw new Error('the image has no masks');
  return { ...found, head: found.headRevision };
}

/** Where each round of a revision was asked; undefined: in the whole picture. */
const closeUpsOf = ({ prompts }: { readonly prompts: unknown }) =>
  (prompts as { closeUp?: { x0: number; y0: number; x1: number; y1: number } }[]).map(
    ({ closeUp }) => closeUp,
  );

/** The head revision of a mask, once it has this number. */
function revision(maskId: string, seq: number) {
  return until(`revision ${seq}`, async () => {
    const now = await head(maskId);
    return now?.seq === seq ? now : null;
  });
}

test('somebody signs in, finds the demo and opens a picture of it', async () => {
  lead = await visit(browser, stack, null);
  const { page } = lead;
  await page.goto('/');
  await page.waitForURL(/\/sign-in/);
  await page.getByLabel('E-mail').fill(stack.people.lead.email);
  await page.locator('input[name=password]').fill(stack.people.lead.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  const rail = page.getByRole('navigation', { name: 'Main navigation' });
  await rail.getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('article').getByRole('link', { name: 'Still life' }).click();
  await page.getByRole('heading', { level: 1, name: 'Still life' }).waitFor();
  await rail.getByRole('link', { name: 'Images' }).click();
  await page.getByRole('link', { name: 'Annotate breakfast.jpg' }).click();
  await new Editor(page).ready();
  expect(await page.getByTestId('image-name').textContent()).toBe('breakfast.jpg');
});

describe('prompting', () => {
  test('hovering shows what a click would give, and a click and Enter make it a mask', async () => {
    const image = await demoImage(stack, 'breakfast');
    const orange = await trueObject('breakfast', 32);
    const editor = await Editor.open(lead.page, image);
    await editor.hover(deepest(orange.bits));
    expect(await editor.candidates.count()).toBe(0);
    await editor.click(deepest(orange.bits));
    const { scores, chosen } = await editor.offered();
    expect(scores).toHaveLength(3);
    expect(scores[chosen]).toBe(Math.max(...scores));
    await editor.accept();
    await editor.hasMasks(1);
    await editor.saved();
    const mask = await newest(image);
    expect(mask.head).toMatchObject({
      seq: 1,
      edit: 'prompt',
      origin: 'assisted',
      stage: 'assisted_manual',
      promptCount: 1,
      branch: false,
      authorId: await userId(stack, stack.people.lead.email),
    });
    expect(mask.head.predictedIou).toBeCloseTo(scores[chosen] ?? Number.NaN, 1);
    expect(mask.head.activeMs).toBeGreaterThan(0);
    expect(mask.head.activeMs).toBeLessThan(60_000);
    expect(iou(bitsOf(mask.head.counts, image), orange.bits)).toBeGreaterThan(0.7);
    expect(await editor.paintedAt(deepest(orange.bits))).toBe(1);
  });

  test.each([
    ['sweets', 28],
    ['sweets', 26],
    ['writing-desk', 63],
    ['fruit-bowl', 13],
    ['kitchen', 22],
  ] as const)('three clicks at most give the mask of an easy object: %s, %i', async (picture, id) => {
    const image = await demoImage(stack, picture);
    const truth = await trueObject(picture, id);
    const editor = await Editor.open(lead.page, image);
    await editor.label(deepest(truth.bits));
    await editor.saved();
    const { id: maskId, head: first } = await newest(image);
    let found = bitsOf(first.counts, image);
    for (let clicks = 2; clicks <= 3 && iou(found, truth.bits) <= 0.7; clicks++) {
      const at = nextClick(truth.bits, found);
      await editor.key('r');
      await editor.answered();
      if (at.label === 'foreground') await editor.click(at);
      else await editor.backgroundClick(at);
      await editor.accept();
      found = bitsOf((await revision(maskId, clicks)).counts, image);
    }
    expect(iou(found, truth.bits)).toBeGreaterThan(0.7);
  });

  test('Tab walks through the candidates, and the one that is shown is the one that is kept', async () => {
    const image = await demoImage(stack, 'tulips');
    const vase = await trueObject('tulips', 3);
    const editor = await Editor.open(lead.page, image);
    await editor.click(deepest(vase.bits));
    const before = await editor.offered();
    const after = { ...before, chosen: (before.chosen + 1) % 3 };
    await editor.key('Tab');
    await expect.poll(() => editor.offered()).toEqual(after);
    await editor.key('Shift+Tab');
    await expect.poll(() => editor.offered()).toEqual(before);
    await editor.key('Tab');
    await expect.poll(() => editor.offered()).toEqual(after);
    await editor.accept();
    await editor.hasMasks(1);
    await editor.saved();
    const mask = await newest(image);
    expect(mask.head.predictedIou).toBeCloseTo(after.scores[after.chosen] ?? Number.NaN, 1);
    expect(mask.head.prompts).toHaveLength(1);
  });

  test('a box gives a mask inside it; background points by either hand refine it', async () => {
    const image = await demoImage(stack, 'shoes');
    const { box, bits } = await trueObject('shoes', 27);
    const editor = await Editor.open(lead.page, image);
    await editor.box({ x: box.x0 - 4, y: box.y0 - 4 }, { x: box.x1 + 4, y: box.y1 + 4 });
    await editor.backgroundClick({ x: box.x0 - 20, y: box.y0 - 20 }, 'right');
    await editor.backgroundClick({ x: box.x0 - 20, y: box.y1 + 20 }, 'shift');
    await editor.accept();
    await editor.hasMasks(1);
    await editor.saved();
    const mask = await newest(image);
    expect(mask.head.promptCount).toBe(3);
    const rounds = mask.head.prompts as {
      box: { x0: number } | null;
      points: { label: string }[];
      feedback: boolean;
    }[];
    expect(rounds.map(({ points }) => points.map(({ label }) => label))).toEqual([
      [],
      ['background'],
      ['background', 'background'],
    ]);
    expect(rounds.map(({ feedback }) => feedback)).toEqual([false, true, true]);
    expect(rounds[2]?.box?.x0).toBeCloseTo(box.x0 - 4, 0);
    expect(iou(bitsOf(mask.head.counts, image), bits)).toBeGreaterThan(0.7);
  });

  test('points placed while Ctrl is held are answered together', async () => {
    const image = await demoImage(stack, 'shoes');
    const { bits, box } = await trueObject('shoes', 19);
    const editor = await Editor.open(lead.page, image);
    const inside = deepest(bits);
    const count = await editor.maskCount();
    await editor.clickTogether([inside, { x: inside.x + (box.x1 - box.x0) / 8, y: inside.y }]);
    await editor.accept();
    await editor.hasMasks(count + 1);
    await editor.saved();
    const mask = await newest(image);
    expect(mask.head.promptCount).toBe(2);
    expect(mask.head.prompts).toHaveLength(1);
  });
});

test('R takes up a saved mask again with its prompts, and what follows is its next revision', async () => {
  const image = await demoImage(stack, 'workbench');
  const tin = await trueObject('workbench', 17);
  const editor = await Editor.open(lead.page, image);
  await editor.click(deepest(tin.bits));
  const first = await editor.offered();
  await editor.accept();
  const count = await editor.hasMasks(1);
  await editor.saved();
  const mask = await newest(image);
  await editor.page.reload();
  await editor.ready();
  await editor.hover({ x: 30, y: 30 });
  await editor.screen(deepest(tin.bits)).then(({ x, y }) => editor.page.mouse.move(x, y));
  await editor.key('r');
  await expect.poll(() => editor.offered()).toEqual(first);
  await editor.backgroundClick({ x: tin.box.x0 - 20, y: tin.box.y0 + 60 });
  await editor.accept();
  const again = await revision(mask.id, 2);
  expect(again).toMatchObject({
    edit: 'prompt',
    origin: 'assisted',
    parentRevisionId: mask.head.id,
    promptCount: 2,
  });
  expect(await editor.maskCount()).toBe(count);
  expect(again.iouWithParent).toBeGreaterThan(0);
  await editor.saved();
});

test('CU3 a small object is labelled in a close-up, and prompted again in the same one', async () => {
  const image = await demoImage(stack, 'sweets');
  const sweet = await trueObject('sweets', 48);
  const at = deepest(sweet.bits);
  const editor = await Editor.open(lead.page, image);
  const count = await editor.maskCount();
  // it is offered where the mask at hand is small
  await editor.click(at);
  await editor.page.getByTestId('look-closer').waitFor();
  await editor.key('Escape');
  await editor.key('z');
  await editor.notice('zoom-in-first').waitFor();
  await editor.zoomIn(at, 4);
  await editor.closeUp();
  expect(await editor.notice('zoom-in-first').count()).toBe(0);
  await editor.click(at);
  const first = await editor.offered();
  await editor.accept();
  await editor.hasMasks(count + 1);
  await editor.saved();
  const mask = await newest(image);
  expect(iou(bitsOf(mask.head.counts, image), sweet.bits)).toBeGreaterThan(0.6);
  const [askedIn] = closeUpsOf(mask.head);
  const { x0 = 0, y0 = 0, x1 = 0, y1 = 0 } = askedIn ?? {};
  expect(at.x > x0 && at.x < x1 && at.y > y0 && at.y < y1).toBe(true);
  expect((x1 - x0) * (y1 - y0)).toBeLessThan(0.2 * image.width * image.height);
  // a click outside says so and changes nothing
  await editor.click(at);
  await editor.key('0');
  await editor.press({ x: 5, y: 5 });
  await editor.notice('outside-close-up').waitFor();
  await editor.key('Escape');

  await editor.page.reload();
  await editor.ready();
  await editor.hasMasks(count + 1);
  expect(await editor.page.getByTestId('close-up-status').count()).toBe(0);
  await editor.screen(at).then((point) => editor.page.mouse.move(point.x, point.y));
  await editor.key('r');
  await editor.closeUpIs('open');
  await expect.poll(() => editor.offered()).toEqual(first);
  await editor.backgroundClick({ x: sweet.box.x1 + 5, y: sweet.box.y1 + 5 });
  await editor.accept();
  expect(closeUpsOf(await revision(mask.id, 2))).toEqual([askedIn, askedIn]);
  expect(await stack.db.closeUp.count()).toBe(1);
  expect(lead.errors).toEqual([]);
});

test('Ctrl+Enter submits the picture and opens the next; A goes back to it', async () => {
  const image = await demoImage(stack, 'kitchen');
  const editor = await Editor.open(lead.page, image);
  const name = () => editor.page.getByTestId('image-name').textContent();
  expect(await name()).toBe('kitchen.jpg');
  // what is still being prompted is saved on the way
  await editor.click(deepest((await trueObject('kitchen', 11)).bits));
  const count = await editor.maskCount();
  await editor.key('Control+Enter');
  await expect.poll(name, { timeout: 20_000 }).toBe('playroom.jpg');
  const row = await stack.db.image.findUniqueOrThrow({ where: { id: image.id } });
  expect(row).toMatchObject({ status: 'submitted', stage: 'assisted_manual' });
  expect(await masksOf(stack, image.id)).toHaveLength(count + 1);
  await editor.ready();
  await editor.key('a');
  await expect.poll(name, { timeout: 20_000 }).toBe('kitchen.jpg');
  await editor.hasMasks(count + 1);
});

describe('classes', () => {
  test('a number and a few letters choose the class; the last one sticks', async () => {
    const image = await demoImage(stack, 'bottles-and-glasses');
    const classes = await stack.db.labelClass.findMany({
      where: { projectId: image.projectId },
      orderBy: { index: 'asc' },
    });
    const editor = await Editor.open(lead.page, image);
    const places = await Promise.all(
      [3, 6, 11].map(async (id) => deepest((await trueObject('bottles-and-glasses', id)).bits)),
    );
    await editor.chooseClass(2);
    for (const at of places.slice(0, 2)) await editor.label(at);
    await editor.findClass('glass');
    await editor.label(...places.slice(2));
    await editor.saved();
    const saved = await masksOf(stack, image.id);
    expect(saved.map((mask) => mask.class?.name)).toEqual([classes[1]?.name, classes[1]?.name, 'glass']);
  });

  test('a change of class alone makes no revision and no correction', async () => {
    const image = await demoImage(stack, 'bottles-and-glasses');
    const [first] = await masksOf(stack, image.id);
    if (!first) throw new Error('no mask to change');
    const bottle = await trueObject('bottles-and-glasses', 3);
    const editor = await Editor.open(lead.page, image);
    await editor.tool('select');
    await editor.press(deepest(bottle.bits));
    await editor.page.locator('[data-testid="mask-row"][data-selected="true"]').waitFor();
    await editor.chooseClass(3);
    const changed = await until('the new class', async () => {
      const now = await stack.db.mask.findUniqueOrThrow({ where: { id: first.id } });
      return now.classId !== first.classId && now;
    });
    expect(changed).toMatchObject({ headRevisionId: first.headRevisionId, origin: first.origin });
    expect(await stack.db.maskRevision.count({ where: { maskId: first.id } })).toBe(1);
  });
});

describe('undo', () => {
  test('inside a prompt set it takes the last prompt back, and again what was taken', async () => {
    const image = await demoImage(stack, 'playroom');
    const { bits, box } = await trueObject('playroom', 34);
    const editor = await Editor.open(lead.page, image);
    await editor.click(deepest(bits));
    const first = await editor.offered();
    await editor.backgroundClick({ x: box.x0 - 15, y: box.y0 + 20 });
    const second = await editor.offered();
    expect(second).not.toEqual(first);
    await editor.undo();
    await expect.poll(() => editor.offered()).toEqual(first);
    await editor.redo();
    await expect.poll(() => editor.offered()).toEqual(second);
    await editor.undo();
    await editor.undo();
    await editor.idle();
    expect(await masksOf(stack, image.id)).toEqual([]);
  });

  test('after saving it takes the mask away and gives the prompts back; redo restores the same mask', async () => {
    const image = await demoImage(stack, 'playroom');
    const { bits } = await trueObject('playroom', 34);
    const editor = await Editor.open(lead.page, image);
    await editor.label(deepest(bits));
    await editor.saved();
    const mask = await newest(image);
    await editor.undo();
    await editor.hasMasks(0);
    await editor.answered();
    await until('the removal', async () => (await masksOf(stack, image.id)).length === 0);
    await editor.redo();
    await editor.hasMasks(1);
    await editor.idle();
    await until('the mask again', async () => (await masksOf(stack, image.id)).length === 1);
    await editor.saved();
    const again = await newest(image);
    expect([again.id, again.head.id, again.head.counts]).toEqual([mask.id, mask.head.id, mask.head.counts]);
  });
});

test('a tab closed in the middle of a refinement is found again with masks, prompts and answers', async () => {
  const image = await demoImage(stack, 'reading-desk');
  const [mug, lamp] = await Promise.all([trueObject('reading-desk', 32), trueObject('reading-desk', 3)]);
  const page = await lead.context.newPage();
  const before = await Editor.open(page, image);
  await before.label(deepest(mug.bits));
  await before.click(deepest(lamp.bits));
  await before.backgroundClick({ x: lamp.box.x1 + 10, y: lamp.box.y0 });
  const left = await before.offered();
  await page.close();

  const after = await Editor.open(lead.page, image);
  await after.notice('restored-draft').waitFor();
  await after.answered();
  expect(await after.offered()).toEqual(left);
  await after.hasMasks(1);
  await after.accept();
  await after.hasMasks(2);
  await after.saved();
  expect((await newest(image)).head).toMatchObject({ origin: 'assisted', promptCount: 2 });
});

describe('provenance', () => {
  const at = { x: 1080, y: 200 };
  const stroke = [at, { x: at.x + 80, y: at.y }, { x: at.x + 80, y: at.y + 60 }];

  test('what is drawn is manual, also after more strokes; prompting makes it assisted, for good', async () => {
    const image = await demoImage(stack, 'tulips');
    const editor = await Editor.open(lead.page, image);
    const count = await editor.maskCount();
    await editor.tool('brush');
    await editor.drag(stroke);
    await editor.hasMasks(count + 1);
    await editor.saved();
    const drawn = await newest(image);
    expect(drawn.head).toMatchObject({
      edit: 'draw',
      origin: 'manual',
      modelVersionId: null,
      promptCount: 0,
    });

    await editor.tool('eraser');
    await editor.drag([at, { x: at.x + 30, y: at.y }]);
    const erased = await revision(drawn.id, 2);
    expect(erased).toMatchObject({ edit: 'draw', origin: 'manual' });
    expect(erased.area).toBeLessThan(drawn.head.area);

    await editor.key('r');
    await editor.page.getByTestId('candidates').waitFor();
    await editor.click({ x: at.x + 40, y: at.y + 30 });
    await editor.accept();
    expect(await revision(drawn.id, 3)).toMatchObject({ edit: 'prompt', origin: 'assisted' });

    // it is still the selected mask
    await editor.tool('eraser');
    await editor.drag([
      { x: at.x + 20, y: at.y + 30 },
      { x: at.x + 60, y: at.y + 30 },
    ]);
    expect(await revision(drawn.id, 4)).toMatchObject({ edit: 'draw', origin: 'assisted' });
  });

  test('a proposal is accepted, corrected or rejected, and stays what it became', async () => {
    const image = await demoImage(stack, 'pot-plants');
    await stack.db.project.update({ where: { id: image.projectId }, data: { stage: 'semi_automatic' } });
    const propose = (x: number) =>
      makeMask(stack.db, {
        imageId: image.id,
        authorId: null,
        origin: 'proposed',
        stage: 'semi-automatic',
        box: { x, y: 40, width: 120, height: 120 },
        size: image,
        predictedIou: 0.97,
        stability: 0.99,
      });
    const kept = await propose(40);
    const fixed = await propose(240);
    const rejected = await propose(440);
    const unsure = await makeMask(stack.db, {
      imageId: image.id,
      authorId: null,
      origin: 'proposed',
      stage: 'semi-automatic',
      box: { x: 640, y: 40, width: 120, height: 120 },
      size: image,
      predictedIou: 0.5,
      stability: 0.99,
    });
    const editor = await Editor.open(lead.page, image);
    await editor.hasMasks(3);
    await editor.tool('select');
    await editor.press({ x: 100, y: 100 });
    await editor.key('y');
    expect(await revision(kept.id, 2)).toMatchObject({
      edit: 'accept',
      origin: 'accepted',
      iouWithProposal: 1,
    });

    await editor.press({ x: 300, y: 100 });
    await editor.tool('brush');
    await editor.drag([
      { x: 300, y: 100 },
      { x: 300, y: 200 },
    ]);
    const corrected = await revision(fixed.id, 2);
    expect(corrected).toMatchObject({ edit: 'draw', origin: 'corrected' });
    expect(corrected.iouWithProposal).toBeLessThan(1);

    await editor.tool('select');
    await editor.press({ x: 500, y: 100 });
    await editor.key('u');
    await editor.hasMasks(2);
    const gone = await until('the rejection', async () => {
      const now = await stack.db.mask.findUniqueOrThrow({ where: { id: rejected.id } });
      return now.removedAt && now;
    });
    expect(gone).toMatchObject({
      origin: 'proposed',
      removedById: await userId(stack, stack.people.lead.email),
    });

    // accepted, then touched
    await editor.press({ x: 100, y: 100 });
    await editor.tool('brush');
    await editor.drag([
      { x: 100, y: 100 },
      { x: 100, y: 190 },
    ]);
    expect(await revision(kept.id, 3)).toMatchObject({ edit: 'draw', origin: 'corrected' });
    expect((await head(unsure.id))?.seq).toBe(1);
    await editor.saved();
  });
});

describe('a dataset version', () => {
  const download = async () => {
    const { page } = lead;
    const waiting = page.waitForEvent('download');
    await page
      .getByRole('table', { name: 'Exports' })
      .getByRole('link', { name: 'Download' })
      .first()
      .click();
    return readFile(await (await waiting).path());
  };
  const exportCoco = async (page: typeof lead.page) => {
    // a notice that lies over the open list would take the click
    await page.locator('.mantine-Notification-root').first().waitFor({ state: 'detached' });
    // the open list carries the same label as its field
    await page
      .locator('input')
      .and(page.getByLabel('Format', { exact: true }))
      .click();
    await page.getByRole('option', { name: 'COCO instances' }).click();
    await page.getByRole('button', { name: 'Export', exact: true }).click();
  };
  const exported = async (count: number) => {
    const links = lead.page.getByRole('table', { name: 'Exports' }).getByRole('link', { name: 'Download' });
    await until(`${count} exports`, async () => (await links.count()) === count, 60_000);
  };
  let first: Buffer;

  test('is frozen and exported on its page and holds exactly what people corrected', async () => {
    const { projectId } = await demoImage(stack, 'breakfast');
    const all = await stack.db.mask.findMany({
      where: { image: { projectId }, removedAt: null, origin: { in: ['manual', 'assisted', 'corrected'] } },
      include: { headRevision: true, image: true, class: true },
    });
    const { page } = lead;
    await page.goto(`/projects/${projectId}/datasets`);
    const images = new Set(all.map(({ imageId }) => imageId)).size;
    await page.getByText(`This selects ${all.length} masks in ${images} images.`).waitFor();
    await page.getByLabel('Name of the version').fill('First loop');
    await page.getByRole('button', { name: 'Freeze version' }).click();
    await page.getByRole('heading', { level: 3, name: 'First loop' }).waitFor();
    await exportCoco(page);
    await exported(1);
    first = await download();

    const row = await stack.db.export.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
    expect(sha256(first)).toBe(row.sha256);
    expect(first.length).toBe(Number(row.bytes));
    const files = cocoFiles(await readZip(first));
    const read = [...files.values()].flatMap((file) =>
      file.annotations.map((annotation) => {
        const image = file.images.find(({ id }) => id === annotation.image_id);
        if (!image) throw new Error(`annotation ${annotation.id} is in no image`);
        const category = file.categories.find(({ id }) => id === annotation.category_id);
        if (!category) throw new Error(`annotation ${annotation.id} is of no category`);
        expect(annotation.segmentation.size).toEqual([image.height, image.width]);
        expect(annotation.iscrowd).toBe(0);
        return { annotation, image, category };
      }),
    );
    expect(read).toHaveLength(all.length);
    // no picture lies in two splits
    const names = [...files.values()].flatMap((file) => file.images.map(({ file_name }) => file_name));
    expect(new Set(names).size).toBe(names.length);

    for (const mask of all) {
      const { headRevision: revised, image } = mask;
      if (!revised) throw new Error('a mask without pixels');
      const found = read.filter(
        (each) =>
          each.image.file_name.endsWith(image.name) && each.annotation.segmentation.counts === revised.counts,
      );
      expect(found).toHaveLength(1);
      const { annotation, category } = found[0] ?? {};
      expect(category?.name).toBe(mask.class?.name ?? 'unclassified');
      // pixels, area and box as a stranger reads them
      const bits = decodeCounts(revised.counts, image);
      const ones = [...bits.keys()].filter((i) => bits[i] === 1);
      const xs = ones.map((i) => i % image.width);
      const ys = ones.map((i) => Math.floor(i / image.width));
      const edge = (values: number[], pick: (a: number, b: number) => number) =>
        values.reduce((a, b) => pick(a, b));
      const [left, top] = [edge(xs, Math.min), edge(ys, Math.min)];
      expect(annotation?.area).toBe(ones.length);
      expect(annotation?.bbox).toEqual([
        left,
        top,
        edge(xs, Math.max) - left + 1,
        edge(ys, Math.max) - top + 1,
      ]);
    }
  });

  test('exported again gives the same bytes, whatever was labeled meanwhile', async () => {
    const image = await demoImage(stack, 'breakfast');
    const before = await stack.db.maskRevision.count();
    const editor = await Editor.open(lead.page, image);
    await editor.label(deepest((await trueObject('breakfast', 2)).bits));
    await editor.saved();
    expect(await stack.db.maskRevision.count()).toBe(before + 1);

    await lead.page.goto(`/projects/${image.projectId}/datasets`);
    await exportCoco(lead.page);
    await exported(2);
    const again = await download();
    expect(sha256(again)).toBe(sha256(first));
    const hashes = await stack.db.export.findMany({ select: { sha256: true } });
    expect(hashes.map((each) => each.sha256)).toEqual([sha256(first), sha256(first)]);
  });
});

test('no page of the loop complained or asked another machine for anything', () => {
  expect(lead.errors).toEqual([]);
  expect(lead.outside).toEqual([]);
});
