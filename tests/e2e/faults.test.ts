// What goes wrong in real life, and that no work is lost or done twice by it: processes die, networks end, sessions
// run out, two people want the same picture, somebody sends nonsense.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { rectangleCounts } from '@maskloop/db/testing';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, type Visitor, visit } from '../helpers/browser.ts';
import { demoImage, masksOf, userId } from '../helpers/demo-rows.ts';
import { deepest, trueObject } from '../helpers/demo-truth.ts';
import { Editor, type ImagePoint } from '../helpers/editor-driver.ts';
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
  lead = await visit(browser, stack, stack.people.lead);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

/** Strokes of the brush here and there: masks that need no decoder. */
const stroke = (x: number, y: number): ImagePoint[] => [
  { x, y },
  { x: x + 60, y },
  { x: x + 60, y: y + 40 },
];

/** Draws a new mask, whatever is selected. */
async function draw(editor: Editor, x: number, y: number): Promise<void> {
  const count = await editor.maskCount();
  await editor.key('Escape');
  await editor.drag(stroke(x, y));
  await editor.hasMasks(count + 1);
}

/** Every operation of the image was applied once, and made one revision each. */
async function expectOnce(imageId: string, count: number): Promise<void> {
  const saved = await masksOf(stack, imageId);
  expect(saved).toHaveLength(count);
  expect(await stack.db.maskRevision.count({ where: { imageId } })).toBe(count);
  expect(await stack.db.maskOperation.count({ where: { imageId } })).toBe(count);
}

const uploads = (projectId: string) => `/api/projects/${projectId}/uploads`;

describe('the worker', () => {
  test('killed in the middle of a batch it loses no picture and encodes none twice', async () => {
    const { projectId } = await demoImage(stack, 'breakfast');
    const before = await stack.db.embedding.count();
    const made = 40;
    for (let n = 0; n < made; n++) {
      const picture = await sharp({
        create: { width: 320, height: 200, channels: 3, background: { r: 6 * n, g: 255 - 6 * n, b: 90 } },
      })
        .png()
        .toBuffer();
      const answer = await lead.context.request.put(`${uploads(projectId)}?name=batch-${n}.png`, {
        data: picture,
      });
      expect(await answer.text()).toContain('"status":"added"');
    }
    const batch = { name: { startsWith: 'batch-' } };
    const models = await childrenOf(stack.worker.pid);
    expect(models.length).toBeGreaterThan(0);
    await stack.worker.kill('SIGKILL');
    const encoded = (await stack.db.embedding.count()) - before;
    expect(encoded).toBeLessThan(made);
    await until('the model process to end with its worker', async () => models.every((pid) => !isAlive(pid)));
    await stack.worker.start();
    await until(
      'the rest of the batch',
      async () => (await stack.db.embedding.count()) === before + made,
      100_000,
    );
    await until(
      'all jobs to be over',
      async () => (await stack.db.job.count({ where: { state: { in: ['pending', 'running'] } } })) === 0,
      100_000,
    );
    const jobs = await stack.db.job.findMany({
      where: { name: 'image.encode', image: batch },
      select: { state: true, imageId: true },
    });
    expect(jobs).toHaveLength(made);
    expect(new Set(jobs.map(({ imageId }) => imageId)).size).toBe(made);
    expect(jobs.filter(({ state }) => state !== 'done' && state !== 'skipped')).toEqual([]);
    // a row and a file for each picture, and nothing half-written beside them
    const rows = await stack.db.embedding.findMany({ select: { storageKey: true, bytes: true } });
    const files = await filesBelow(path.join(stack.folder, 'blobs'));
    for (const { storageKey } of rows) expect(files).toContain(storageKey);
    expect(files.filter((file) => file.startsWith('embeddings/'))).toHaveLength(rows.length);
  }, 240_000);
});

describe('the web server', () => {
  test('killed with a full outbox it gets everything after its restart, once', async () => {
    const image = await demoImage(stack, 'breakfast');
    const orange = await trueObject('breakfast', 32);
    const editor = await Editor.open(lead.page, image);
    await stack.web.kill('SIGKILL');
    // prompts are answered in the browser: they work without any server
    await editor.label(deepest(orange.bits));
    await editor.tool('brush');
    await draw(editor, 900, 600);
    await draw(editor, 1000, 700);
    await editor.hasStatus('offline');
    await editor.page.getByText('Offline, 3 kept').waitFor();
    expect(await masksOf(stack, image.id)).toEqual([]);
    await stack.web.start();
    await editor.saved();
    await expectOnce(image.id, 3);
    expect((await masksOf(stack, image.id)).map(({ origin }) => origin)).toEqual([
      'assisted',
      'manual',
      'manual',
    ]);
  });

  test('what a tab kept is there in the next one, and sent by it', async () => {
    const image = await demoImage(stack, 'kitchen');
    const page = await lead.context.newPage();
    const first = await Editor.open(page, image);
    await first.tool('brush');
    await stack.web.kill('SIGKILL');
    await draw(first, 200, 100);
    await draw(first, 400, 100);
    await first.hasStatus('offline');
    await page.close();
    await stack.web.start();
    const second = await Editor.open(lead.page, image);
    await second.hasMasks(2);
    await second.saved();
    await expectOnce(image.id, 2);
  });

  test('an answer that is lost on its way back doubles nothing', async () => {
    const image = await demoImage(stack, 'playroom');
    const editor = await Editor.open(lead.page, image);
    await editor.tool('brush');
    let swallowed = 0;
    await editor.page.route(/\/api\/trpc\/[^?]*mask\.save/, async (route) => {
      if (swallowed++ > 0) return route.continue();
      const answer = await route.fetch();
      expect(answer.status()).toBe(200);
      await route.abort('connectionreset');
    });
    await draw(editor, 300, 100);
    await until('the second attempt', async () => swallowed >= 2);
    await editor.saved();
    await editor.page.unroute(/\/api\/trpc\/[^?]*mask\.save/);
    await expectOnce(image.id, 1);
  });
});

test('a network that ends while somebody labels: "offline, n kept", then saved', async () => {
  const image = await demoImage(stack, 'sweets');
  const macaron = await trueObject('sweets', 28);
  const editor = await Editor.open(lead.page, image);
  await lead.context.setOffline(true);
  await editor.label(deepest(macaron.bits));
  await editor.hasStatus('offline');
  await editor.page.getByText('Offline, 1 kept').waitFor();
  await editor.tool('brush');
  await draw(editor, 600, 60);
  await editor.page.getByText('Offline, 2 kept').waitFor();
  expect(await masksOf(stack, image.id)).toEqual([]);
  await lead.context.setOffline(false);
  await editor.saved();
  await expectOnce(image.id, 2);
});

test('a session that ends while somebody labels: they sign in over the canvas, and all is saved', async () => {
  const image = await demoImage(stack, 'tulips');
  const { email, password } = stack.people.lead;
  const me = await userId(stack, email);
  const editor = await Editor.open(lead.page, image);
  await editor.tool('brush');
  await stack.db.session.updateMany({ where: { userId: me }, data: { revokedAt: new Date() } });
  await draw(editor, 1000, 100);
  await editor.hasStatus('signed-out');
  const dialog = editor.page.getByRole('dialog', { name: 'Sign in to go on' });
  await dialog.waitFor();
  await dialog.getByText('1 change is kept in this browser').waitFor();
  expect(await dialog.getByLabel('E-mail').inputValue()).toBe(email);
  await dialog.getByRole('textbox', { name: 'Password' }).fill('not this one, surely');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.getByText('This password is not right.').waitFor();
  expect(await masksOf(stack, image.id)).toEqual([]);
  await dialog.getByRole('textbox', { name: 'Password' }).fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'detached' });
  await editor.saved();
  await expectOnce(image.id, 1);
  // the editor goes on where it was
  await draw(editor, 1000, 200);
  await editor.saved();
  await expectOnce(image.id, 2);
});

describe('one picture, two people', () => {
  let annotator: Visitor;
  beforeAll(async () => {
    annotator = await visit(browser, stack, stack.people.annotator);
  });
  afterAll(() => annotator?.context.close());

  test('the second sees by name who is there and cannot write, until the first leaves', async () => {
    const image = await demoImage(stack, 'shoes');
    const first = await Editor.open(lead.page, image);
    const second = new Editor(annotator.page);
    await second.page.goto(`/projects/${image.projectId}/images/${image.id}`);
    await second.ready();
    const banner = second.page.getByTestId('lease-banner');
    await banner.waitFor();
    expect(await banner.textContent()).toBe('Demo lead is labeling this image. You can look at it.');

    // neither by mouse nor by key
    await second.press({ x: 600, y: 600 });
    await second.drag(stroke(600, 600));
    await second.key('b');
    await second.drag(stroke(600, 600));
    expect(await second.candidates.count()).toBe(0);
    expect(await second.maskCount()).toBe(0);
    // nor past the editor
    const { id, answer } = await saveByHand(second.page, image.id, { counts: anyCounts(image) });
    expect(answer).toMatchObject({ error: { json: { data: { domainCode: 'LEASE_HELD' } } } });
    expect(await stack.db.mask.findUnique({ where: { id } })).toBeNull();

    // what the first one does is seen by the second
    await first.tool('brush');
    await draw(first, 100, 100);
    await first.saved();
    await second.hasMasks(1);

    await first.page.goto('/');
    await banner.waitFor({ state: 'detached' });
    await second.tool('brush');
    await draw(second, 700, 100);
    await second.saved();
    const authors = (await masksOf(stack, image.id)).map(({ createdById }) => createdById);
    expect(authors).toEqual([
      await userId(stack, stack.people.lead.email),
      await userId(stack, stack.people.annotator.email),
    ]);
  });
});

describe('one person, two windows', () => {
  test('two tabs see what the other saves', async () => {
    const image = await demoImage(stack, 'workbench');
    const other = await lead.context.newPage();
    const [a, b] = [await Editor.open(lead.page, image), await Editor.open(other, image)];
    await a.tool('brush');
    await draw(a, 900, 400);
    await b.hasMasks(1);
    await b.tool('brush');
    await draw(b, 1000, 700);
    await a.hasMasks(2);
    await a.saved();
    await b.saved();
    await expectOnce(image.id, 2);
    await other.close();
  });

  test('a stale change is kept as a branch, said so, and becomes the mask if its author wants', async () => {
    const image = await demoImage(stack, 'writing-desk');
    const elsewhere = await visit(browser, stack, stack.people.lead);
    const a = await Editor.open(lead.page, image);
    await a.tool('brush');
    await draw(a, 300, 40);
    await a.saved();
    const b = await Editor.open(elsewhere.page, image);
    await b.hasMasks(1);
    const [mask] = await masksOf(stack, image.id);
    if (!mask) throw new Error('nothing was saved');
    const take = async (editor: Editor) => {
      await editor.tool('select');
      await editor.press({ x: 330, y: 40 });
      await editor.page.locator('[data-testid="mask-row"][data-selected="true"]').waitFor();
      await editor.tool('brush');
    };
    await take(b);
    await elsewhere.context.setOffline(true);
    await b.drag([
      { x: 300, y: 40 },
      { x: 300, y: 120 },
    ]);
    await b.hasStatus('offline');
    await a.drag([
      { x: 360, y: 40 },
      { x: 460, y: 40 },
    ]);
    await until('the first change', async () => (await revisions(mask.id)).length === 2);
    await elsewhere.context.setOffline(false);
    await b.notice('branched').waitFor();
    const branched = await revisions(mask.id);
    expect(branched.map(({ branch }) => branch)).toEqual([false, false, true]);
    expect((await masksOf(stack, image.id))[0]?.headRevision?.seq).toBe(2);
    await b.page.getByRole('button', { name: 'Keep mine' }).click();
    const [, , mine, merged] = await until('the merge', async () => {
      const all = await revisions(mask.id);
      return all.length === 4 ? all : null;
    });
    expect(merged).toMatchObject({ edit: 'revert', branch: false, counts: mine?.counts });
    await elsewhere.context.close();
  });
});

describe('nonsense sent by hand', () => {
  const tampered: [string, (counts: string) => string][] = [
    ['pixels of another size', () => 'PPYo1'],
    ['characters no run-length code has', (counts) => `${counts.slice(0, -2)} ~`],
    ['a run that never ends', (counts) => `${counts}o`],
    ['runs that go backwards', (counts) => `${counts}N`],
    ['nothing', () => 'PPYo10'],
    ['half of a mask', (counts) => counts.slice(0, counts.length >> 1)],
  ];

  test.each(tampered)('%s is refused and leaves no trace', async (_, tamper) => {
    const image = await demoImage(stack, 'fruit-bowl');
    await lead.page.goto('/');
    const revisionsBefore = await stack.db.maskRevision.count();
    const { id, answer } = await saveByHand(lead.page, image.id, {
      counts: tamper(anyCounts(image)),
    });
    expect(answer).toMatchObject({
      result: { data: { json: { answers: [{ result: { status: 'refused', code: 'INVALID_INPUT' } }] } } },
    });
    expect(await stack.db.mask.findUnique({ where: { id } })).toBeNull();
    expect(await stack.db.maskRevision.count()).toBe(revisionsBefore);
  });

  test('the same by the rules is taken, and an origin that somebody states is not', async () => {
    const image = await demoImage(stack, 'fruit-bowl');
    const { id, answer } = await saveByHand(lead.page, image.id, {
      counts: anyCounts(image),
      origin: 'imported',
    });
    expect(answer).toMatchObject({
      result: { data: { json: { answers: [{ result: { status: 'applied' } }] } } },
    });
    expect(await stack.db.mask.findUnique({ where: { id } })).toMatchObject({ origin: 'manual' });
  });
});

const revisions = (maskId: string) =>
  stack.db.maskRevision.findMany({ where: { maskId }, orderBy: { seq: 'asc' } });

/** Run lengths that fit the image: one rectangle. */
function anyCounts({ width, height }: { width: number; height: number }): string {
  return rectangleCounts({ x: 10, y: 10, width: 50, height: 40 }, { width, height });
}

/** What the editor sends, without the editor. */
async function saveByHand(page: Page, imageId: string, part: object) {
  const id = crypto.randomUUID();
  const input = {
    imageId,
    tabId: null,
    operations: [
      {
        kind: 'revise',
        id: crypto.randomUUID(),
        maskId: id,
        baseRevisionId: null,
        edit: 'draw',
        ...part,
      },
    ],
  };
  const answer: unknown = await page.evaluate(async (body) => {
    const response = await fetch('/api/trpc/mask.save', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ json: body }),
    });
    return response.json();
  }, input);
  return { id, answer };
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Paths of all files, with slashes. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}
