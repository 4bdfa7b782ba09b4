// From a real browser: how long a click takes to its mask, a picture to its first hover mask, and whether hovering
// drops frames. Once as the page runs (WASM threads under cross-origin isolation) and once with one WASM thread.
import type { Browser } from 'playwright-core';
import { applyMigrations } from '../../scripts/lib/migrate.mjs';
import { startScratchPostgres } from '../../scripts/lib/postgres.mjs';
import { launchBrowser, visit } from '../helpers/browser.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { quantile } from './quantile.ts';

const CLICKS = 60;
const OPENINGS = 8;
const GOALS = { 'click-to-mask': 50, 'open-to-hover': 250 } as const;

const postgres = await startScratchPostgres({ label: 'bench' });
try {
  await applyMigrations(postgres.url);
  process.env.DATABASE_URL = postgres.url;
  const stack = await startStack({ demo: true, queue: 'postgres' });
  const browser = await launchBrowser();
  try {
    await waitForEmbeddings(stack);
    for (const oneThread of [true, false]) await measure(browser, stack, oneThread);
  } finally {
    await browser.close();
    await stack.stop();
  }
} finally {
  await postgres.stop();
}

async function measure(browser: Browser, stack: Stack, oneThread: boolean): Promise<void> {
  const { context, page } = await visit(browser, stack, stack.admin);
  // tsx names functions through a helper that pages do not have
  await context.addInitScript('globalThis.__name = (fn) => fn');
  if (oneThread) {
    // without these headers the page is not isolated, and onnxruntime-web runs one thread
    await context.route('**/projects/**', async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const answer = await route.fetch();
      const headers = { ...answer.headers() };
      delete headers['cross-origin-opener-policy'];
      delete headers['cross-origin-embedder-policy'];
      await route.fulfill({ response: answer, headers });
    });
  }
  const images = await stack.db.image.findMany({
    select: { id: true, projectId: true },
    orderBy: { name: 'asc' },
  });
  const opened: number[] = [];
  const gone: number[] = [];
  const clicked: number[] = [];
  let longFrames = 0;
  let frames = 0;
  for (const { id, projectId } of images.slice(0, OPENINGS)) {
    await page.goto(`/projects/${projectId}/images/${id}`);
    const canvas = page.getByTestId('editor-canvas');
    await canvas.waitFor();
    const box = await canvas.boundingBox();
    if (!box) throw new Error('the canvas has no box');
    const at = (fx: number, fy: number) => [box.x + box.width * fx, box.y + box.height * fy] as const;
    await page.mouse.move(...at(0.5, 0.5));
    // pages show the first hover mask when the pointer lies still, so it is nudged until there is one
    await nudgeUntil(page, at, () => measures(page, 'open-to-hover').then((all) => all.length > 0));
    opened.push(...(await measures(page, 'open-to-hover')));

    for (let i = 0; i < CLICKS / OPENINGS; i++) {
      const before = (await measures(page, 'click-to-mask')).length;
      const [x, y] = at(0.3 + 0.4 * ((i * 0.618) % 1), 0.3 + 0.4 * ((i * 0.414) % 1));
      await page.mouse.move(x, y);
      await page.mouse.click(x, y);
      await page.waitForFunction(
        (count) => performance.getEntriesByName('click-to-mask').length > count,
        before,
      );
      await page.keyboard.press('Escape');
    }
    clicked.push(...(await measures(page, 'click-to-mask')));

    const hover = await framesWhile(page, async () => {
      for (let i = 0; i < 60; i++) await page.mouse.move(...at(0.3 + i / 150, 0.4 + Math.sin(i / 6) / 10));
    });
    frames += hover.frames;
    longFrames += hover.long;

    // the way annotators go: the next picture, whose embedding was fetched ahead
    const before = page.url();
    await page.keyboard.press('d');
    await page.waitForURL((url) => url.href !== before);
    await nudgeUntil(page, at, () => measures(page, 'open-to-hover').then((all) => all.length > 1));
    gone.push(...(await measures(page, 'open-to-hover')).slice(1));
  }
  const isolated = await page.evaluate(() => globalThis.crossOriginIsolated);
  console.log(`\n${isolated ? 'WASM threads' : 'one WASM thread'} (crossOriginIsolated ${isolated})`);
  report('click-to-mask', clicked);
  report('open-to-hover', gone, ', next picture');
  report('open-to-hover', opened, ', page loaded anew');
  console.log(`hover: ${longFrames} of ${frames} frames took longer than 50 ms`);
  await context.close();
}

type Page = Awaited<ReturnType<typeof visit>>['page'];

async function nudgeUntil(
  page: Page,
  at: (fx: number, fy: number) => readonly [number, number],
  done: () => Promise<boolean>,
): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await done()) return;
    await page.mouse.move(...at(0.5 + (i % 2) / 100, 0.5));
    await page.waitForTimeout(50);
  }
  throw new Error('no hover mask within 30 s');
}

function measures(page: Page, name: string): Promise<number[]> {
  return page.evaluate((which) => performance.getEntriesByName(which).map((entry) => entry.duration), name);
}

/** Frame times of the page's main thread while something is done. */
async function framesWhile(page: Page, act: () => Promise<void>): Promise<{ frames: number; long: number }> {
  await page.evaluate(() => {
    const state = { on: true, times: [] as number[] };
    (globalThis as unknown as { __frames: typeof state }).__frames = state;
    let last = performance.now();
    const tick = (now: number) => {
      state.times.push(now - last);
      last = now;
      if (state.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => {
    const state = (globalThis as unknown as { __frames: { on: boolean; times: number[] } }).__frames;
    state.on = false;
    return state.times;
  });
  return { frames: times.length, long: times.filter((ms) => ms > 50).length };
}

function report(name: keyof typeof GOALS, values: number[], how = ''): void {
  const [median, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  console.log(
    `${name}${how}: median ${median.toFixed(0)} ms, P95 ${p95.toFixed(0)} ms over ${values.length} (goal ${GOALS[name]} ms)`,
  );
}

async function waitForEmbeddings({ db }: Stack): Promise<void> {
  const images = await db.image.count();
  for (let i = 0; i < 600; i++) {
    if ((await db.embedding.count()) >= images) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the demo pictures were not encoded within 2 minutes');
}
