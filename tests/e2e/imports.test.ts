// A lead brings labels of another tool in: looks at what the file holds, decides, watches, and finds the masks in the
// editor; boxes of a detector come back as proposals of the model.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, type Visitor, visit } from '../helpers/browser.ts';
import { type DemoImage, demoImage, masksOf } from '../helpers/demo-rows.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { until } from '../helpers/wait-until.ts';

let stack: Stack;
let browser: Browser;
let lead: Visitor;
let image: DemoImage;

beforeAll(async () => {
  stack = await startStack({ demo: true });
  browser = await launchBrowser();
  lead = await visit(browser, stack, stack.people.lead);
  image = await demoImage(stack, 'tulips');
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

/** As COCO tools write it: polygons, a detector's box, a picture nobody has here. */
function labels(): string {
  const { width, height } = image;
  return JSON.stringify({
    images: [
      { id: 1, file_name: 'train/Tulips.jpg', width, height },
      { id: 2, file_name: 'elsewhere.jpg', width: 10, height: 10 },
    ],
    categories: [
      { id: 1, name: 'flower of another tool' },
      { id: 2, name: 'not wanted' },
    ],
    annotations: [
      { image_id: 1, category_id: 1, segmentation: [[10, 10, 90, 10, 90, 70, 10, 70]] },
      { image_id: 1, category_id: 2, segmentation: [[20, 20, 40, 20, 40, 40]] },
      { image_id: 1, category_id: 1, bbox: [width / 4, height / 4, width / 2, height / 2], score: 0.8 },
      { image_id: 2, category_id: 1, segmentation: [[1, 1, 5, 1, 5, 5]] },
    ],
  });
}

test('a file is looked through first: counts, classes and problems are shown, and nothing is written', async () => {
  const { page } = lead;
  await page.goto(`/projects/${image.projectId}`);
  await page.getByRole('link', { name: 'Imports' }).click();
  await page.getByText('Nothing imported yet').waitFor();
  const before = await stack.db.mask.count();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await choosing).setFiles({
    name: 'labels.json',
    mimeType: 'application/json',
    buffer: Buffer.from(labels()),
  });
  await page.locator('[data-testid="import"][data-state="ready"]').waitFor({ timeout: 60_000 });
  await page.getByText('Recognised as COCO.').waitFor();
  await page.getByText('1 / 2').waitFor();
  await page.getByText('the project has no image of this name').waitFor();
  expect(await stack.db.mask.count()).toBe(before);
});

test('IM1 what is left out stays out, the rest comes in as the lead decided', async () => {
  const { page } = lead;
  await page.getByLabel('What becomes of not wanted').selectOption({ label: 'Leave out' });
  await page.getByRole('button', { name: 'Import 1 mask and 1 box' }).click();
  await page.locator('[data-testid="import"][data-state="done"]').waitFor({ timeout: 60_000 });
  await page.getByText('The model has answered for 1 of 1 image.').waitFor({ timeout: 60_000 });
  const masks = (await masksOf(stack, image.id)).filter(({ importId }) => importId !== null);
  const drawn = masks.find(({ origin }) => origin === 'imported');
  expect(drawn).toMatchObject({ class: { name: 'flower of another tool' }, headRevision: { area: 80 * 60 } });
  // the model found something in the box, or the report says that it did not
  const report = (await stack.db.import.findFirstOrThrow()).report as { problems: { total: number } };
  const proposals = masks.filter(({ origin }) => origin === 'proposed');
  expect(proposals.length + report.problems.total).toBe(2);
  for (const { headRevision } of proposals) expect(headRevision?.score).toBe(0.8);
  expect(masks).toHaveLength(1 + proposals.length);
});

test('an imported mask is there in the editor, and accepting it makes it verified', async () => {
  const { page } = lead;
  const editor = await Editor.open(page, image);
  await editor.tool('select');
  await editor.press({ x: 50, y: 40 });
  await editor.key('y');
  await until('the mask to be accepted', async () => {
    const masks = await masksOf(stack, image.id);
    return masks.some(({ importId, origin }) => importId !== null && origin === 'accepted');
  });
});

test('the whole way the pages complained of nothing and stayed at home', () => {
  expect(lead.errors).toEqual([]);
  expect(lead.outside).toEqual([]);
});
