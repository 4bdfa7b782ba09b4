// A lead's way through the data engine: to the next stage with a reason, a dry run, the run itself, its proposals in
// the editor, a run that is cancelled; and the queues' dashboard, for admins only.
import path from 'node:path';
import { DiskStore } from '@maskloop/storage';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, type Visitor, visit } from '../helpers/browser.ts';
import { type DemoImage, demoImage } from '../helpers/demo-rows.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { addTextModel } from '../helpers/text-model.ts';
import { until } from '../helpers/wait-until.ts';

let stack: Stack;
let browser: Browser;
let lead: Visitor;
let image: DemoImage;

beforeAll(async () => {
  stack = await startStack({ demo: true });
  browser = await launchBrowser();
  lead = await visit(browser, stack, stack.people.lead);
  image = await demoImage(stack, 'reading-desk');
  // what the embedded model is sure of would hardly be prefilled with SAM's thresholds
  await stack.db.project.update({
    where: { id: image.projectId },
    data: { confidentIou: 0.3, confidentStability: 0.3 },
  });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

const newest = () => stack.db.run.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
const ended = (what: string, id: string) =>
  until(
    what,
    async () => {
      const run = await stack.db.run.findUniqueOrThrow({ where: { id } });
      return run.state === 'pending' || run.state === 'running' ? null : run;
    },
    90_000,
  );

/** Fills in an order of two images with sixteen points each. */
async function orderSmallRun(page: Page): Promise<void> {
  await page.goto(`/projects/${image.projectId}/runs/new`);
  await page.getByLabel('Name contains').fill('desk');
  await page.getByRole('textbox', { name: 'Points per side' }).fill('4');
  await page.getByRole('textbox', { name: 'Predicted IoU above' }).fill('0.3');
  await page.getByRole('textbox', { name: 'Stability at least' }).fill('0.3');
}

test('ST5 the project moves to the next stage with a reason, and the reason is there to read', async () => {
  const { page } = lead;
  await page.goto(`/projects/${image.projectId}`);
  await page.getByRole('button', { name: 'Move to another stage…' }).click();
  const move = page.getByRole('button', { name: 'Move to Semi-automatic' });
  await page.getByRole('radio', { name: /^Semi-automatic/ }).waitFor();
  expect(await move.isDisabled()).toBe(true);
  await page.getByLabel('Reason').fill('The model is good enough to propose.');
  await move.click();
  await page.getByRole('button', { name: 'One move so far' }).click();
  await page.getByText('The model is good enough to propose.').waitFor();
  const project = await stack.db.project.findUniqueOrThrow({ where: { id: image.projectId } });
  expect(project.stage).toBe('semi_automatic');
});

test('a dry run shows pictures and what thresholds keep, and adds nothing', async () => {
  const { page } = lead;
  await orderSmallRun(page);
  await page.getByRole('button', { name: 'Dry run first' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  await ended('the dry run', (await newest()).id);
  const pictures = page.getByRole('img', { name: /-desk\.jpg: \d+ of \d+ proposals kept/ });
  await expect.poll(() => pictures.count(), { timeout: 30_000 }).toBe(2);
  const keeps = page.getByText(/^Keeps \d+ of \d+ proposals/);
  const said = async () => {
    const [, kept = '', all = ''] = /Keeps (\d+) of (\d+)/.exec(await keeps.innerText()) ?? [];
    return { kept: Number(kept), all: Number(all) };
  };
  const before = await said();
  expect(before.kept).toBeGreaterThan(0);
  // something is painted over the picture
  const painted = () =>
    pictures.first().evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return data?.some((value, at) => at % 4 === 3 && value > 0) ?? false;
    });
  expect(await painted()).toBe(true);
  const threshold = page.getByRole('textbox', { name: 'Predicted IoU above' });
  await threshold.fill('1');
  await expect.poll(said).toEqual({ kept: 0, all: before.all });
  expect(await painted()).toBe(false);
  await threshold.fill('0.3');
  await expect.poll(said).toEqual(before);
  expect(await stack.db.mask.count({ where: { origin: 'proposed' } })).toBe(0);
});

test('the run starts with the thresholds tried, is watched to its end, and its proposals are in the editor', async () => {
  const { page } = lead;
  await page.getByRole('textbox', { name: 'Stability at least' }).fill('0.35');
  await page.getByRole('button', { name: 'Start this run on 2 images' }).click();
  await page.getByRole('button', { name: 'Start the run' }).click();
  const { id } = await until('the run', async () => {
    const run = await newest();
    return run.dryRun ? null : run;
  });
  await page.waitForURL(`**/runs/${id}`);
  const run = await ended('the run', id);
  expect(run.state).toBe('done');
  expect(run.parameters).toMatchObject({ preset: 'custom', pointsPerSide: 4, stabilityScoreThresh: 0.35 });
  await page.getByText('2 of 2 images').waitFor();
  const proposals = await stack.db.mask.count({
    where: { imageId: image.id, removedAt: null, origin: 'proposed', runId: id },
  });
  expect(proposals).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'reading-desk.jpg' }).first().waitFor();
  const editor = await Editor.open(page, image);
  await editor.hasMasks(proposals);
});

test('TX5 words find proposals in the editor once a text model is registered', async () => {
  const { page } = lead;
  expect(await page.getByTestId('phrase').count()).toBe(0);
  await addTextModel({ db: stack.db, store: new DiskStore(path.join(stack.folder, 'blobs')) });
  await page.reload();
  const words = page.getByRole('textbox', { name: 'Find by words' });
  await words.fill('blue');
  await words.press('Enter');
  const found = page.getByText(/^“blue”: \d+ of \d+ proposals fit$/);
  const [, fit = '', all = ''] = /: (\d+) of (\d+)/.exec(await found.innerText()) ?? [];
  expect(Number(all)).toBe(
    await stack.db.mask.count({ where: { imageId: image.id, removedAt: null, origin: 'proposed' } }),
  );
  await expect.poll(() => page.getByTestId('keep-shown').innerText()).toBe(`Keep ${fit} shown`);
  await page.getByRole('button', { name: 'Show all proposals again' }).click();
  await expect.poll(() => page.getByTestId('keep-shown').innerText()).toBe(`Keep ${all} shown`);
});

test('a run is cancelled before its images were done', async () => {
  const { page } = lead;
  await stack.worker.kill('SIGTERM');
  await orderSmallRun(page);
  await page.getByRole('button', { name: 'Start without a dry run' }).click();
  await page.getByRole('button', { name: 'Start the run' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  const before = await stack.db.mask.count();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('menuitem', { name: 'Cancel, keep what was made' }).click();
  await page.getByText('Cancelled', { exact: true }).first().waitFor();
  expect((await newest()).state).toBe('cancelled');
  expect(await stack.db.mask.count()).toBe(before);
});

test('PM2 the dashboard of the queues is for admins, with its scripts, and only for looking', async () => {
  const board = `${stack.baseUrl}/admin/queues`;
  expect((await lead.page.request.get(board)).status()).toBe(403);
  const stranger = await visit(browser, stack, null);
  const sent = await stranger.page.request.get(board, { headers: { accept: 'text/html' } });
  expect(sent.url()).toContain('/sign-in');
  expect((await stranger.page.request.get(`${board}/api/queues`)).status()).toBe(401);
  await stranger.context.close();

  const admin = await visit(browser, stack, stack.admin);
  await admin.page.goto(board);
  await admin.page.getByText('inference').first().waitFor();
  expect(admin.outside).toEqual([]);
  expect(admin.errors).toEqual([]);
  const changed = await admin.page.request.put(`${board}/api/queues/inference/pause`);
  expect(changed.status()).toBe(405);
  await admin.context.close();
});
