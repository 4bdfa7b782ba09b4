// Every page in both languages and both themes: it has a heading, complains of nothing, asks no other machine for
// anything, passes axe, and its main action is reached by keyboard. Pictures of all of them lie in test-results/pages.
// Opening a page takes longer than looking at it, so one visit serves every check.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeMask, makeProject } from '@maskloop/db/testing';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, RESULTS, type Visitor, visit } from '../helpers/browser.ts';
import { type DemoImage, demoImage, userId } from '../helpers/demo-rows.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { until } from '../helpers/wait-until.ts';

const AXE = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let stack: Stack;
let browser: Browser;
let image: DemoImage;
let modelVersionId: string;
let emptyProjectId: string;

beforeAll(async () => {
  stack = await startStack({ demo: true });
  browser = await launchBrowser();
  image = await demoImage(stack, 'breakfast');
  await until(
    'embeddings of the demo',
    async () => (await stack.db.embedding.count()) === (await stack.db.image.count()),
    120_000,
  );
  modelVersionId = (await stack.db.modelVersion.findFirstOrThrow()).id;
  emptyProjectId = (await makeProject(stack.db, { name: 'Nothing in it', modelVersionId })).id;
  // something to count, to draw and to freeze
  const authorId = await userId(stack, stack.people.annotator.email);
  for (const [n, origin] of (['manual', 'assisted', 'corrected', 'accepted'] as const).entries()) {
    await makeMask(stack.db, {
      imageId: image.id,
      authorId,
      origin,
      box: { x: 40 + 200 * n, y: 60, width: 120, height: 90 },
      size: image,
      activeMs: 4_000,
      promptCount: 2,
    });
  }
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

interface PageToSee {
  readonly name: string;
  readonly path: () => string;
  /** what one comes for; reached with Tab alone */
  readonly main?: (page: Page) => Locator;
}

const project = (rest: string) => () => `/projects/${image.projectId}${rest}`;
const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).first();
const link = (name: string) => (page: Page) => page.getByRole('link', { name, exact: true }).first();

const PAGES: readonly PageToSee[] = [
  { name: 'home', path: () => '/', main: button('Continue labeling in Still life') },
  { name: 'projects', path: () => '/projects', main: link('New project') },
  { name: 'new-project', path: () => '/projects/new', main: button('Next') },
  { name: 'overview', path: project(''), main: button('Continue labeling') },
  { name: 'images', path: project('/images'), main: button('Upload') },
  { name: 'images-empty', path: () => `/projects/${emptyProjectId}/images`, main: button('Upload') },
  { name: 'overview-empty', path: () => `/projects/${emptyProjectId}` },
  {
    name: 'analytics',
    path: project('/analytics'),
    main: link('Download CSV'),
  },
  { name: 'analytics-empty', path: () => `/projects/${emptyProjectId}/analytics` },
  { name: 'agreement-empty', path: project('/analytics/agreement'), main: link('To the settings') },
  { name: 'datasets', path: project('/datasets'), main: button('Freeze version') },
  { name: 'runs', path: project('/runs'), main: link('New run') },
  { name: 'new-run', path: project('/runs/new'), main: button('Dry run first') },
  { name: 'jobs', path: project('/jobs') },
  { name: 'members', path: project('/members'), main: button('Add') },
  {
    name: 'settings',
    path: project('/settings'),
    main: (page) => page.getByRole('textbox', { name: 'Name', exact: true }),
  },
  { name: 'models', path: () => '/models' },
  { name: 'model', path: () => `/models/${modelVersionId}` },
  { name: 'account', path: () => '/account', main: button('Change password') },
  { name: 'users', path: () => '/admin/users', main: button('New user') },
  { name: 'audit', path: () => '/admin/audit' },
  { name: 'health', path: () => '/admin/health' },
];

/** Contrast is the theme's and room for words the language's affair: two looks see each of both. */
const LOOKS = [
  { theme: 'light', locale: 'en-GB' },
  { theme: 'dark', locale: 'ko-KR' },
] as const;

describe.each(LOOKS)('in $theme, $locale', ({ theme, locale }) => {
  let visitor: Visitor;
  beforeAll(async () => {
    const language = locale.slice(0, 2);
    await stack.db.user.updateMany({ data: { locale: language, theme: 'auto' } });
    visitor = await visit(browser, stack, stack.admin, { theme, locale });
  });
  afterAll(() => visitor?.context.close());

  test.each(PAGES)('$name', async ({ name, path: address, main }) => {
    const { page, errors } = visitor;
    await page.goto(address());
    await settled(page);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(theme);
    await picture(page, `${name}-${theme}-${locale.slice(0, 2)}`);
    expect(await barriers(page)).toEqual([]);
    expect(errors.splice(0)).toEqual([]);
    expect(visitor.outside).toEqual([]);
    // nothing runs over the edge of the window
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    // what one comes for is named in English above
    if (main && locale === 'en-GB') await reachByTab(page, main(page));
  });

  test('editor', async () => {
    const { page, errors } = visitor;
    const editor = await Editor.open(page, image);
    await editor.hasMasks(4);
    await editor.click({ x: 130, y: 215 });
    await picture(page, `editor-${theme}-${locale.slice(0, 2)}`);
    expect(await barriers(page)).toEqual([]);
    await editor.key('Escape');
    await editor.idle();
    expect(errors.splice(0)).toEqual([]);
    expect(visitor.outside).toEqual([]);
  });

  test('sign-in, a dead invitation and a wrong address', async () => {
    const stranger = await visit(browser, stack, null, { theme, locale });
    const { page, errors } = stranger;
    for (const [name, address, status] of [
      ['sign-in', '/sign-in', 200],
      ['invitation', '/invitation/never-was', 200],
      ['not-found', '/nowhere/at/all', 404],
    ] as const) {
      const answer = await page.goto(address);
      await settled(page);
      expect(answer?.status()).toBe(status);
      expect(await page.getByRole('heading', { level: 1 }).count(), name).toBe(1);
      await picture(page, `${name}-${theme}-${locale.slice(0, 2)}`);
      expect(await barriers(page)).toEqual([]);
    }
    // the browser itself logs an answer of 4xx
    expect(errors.filter((error) => !/status of 40[04]/.test(error))).toEqual([]);
    expect(stranger.outside).toEqual([]);
    await stranger.context.close();
  });
});

describe('the address and the keyboard', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    await stack.db.user.updateMany({ data: { locale: 'en', theme: 'auto' } });
    visitor = await visit(browser, stack, stack.admin);
  });
  afterAll(() => visitor?.context.close());

  test('what Analytics shows stands in its address: back goes to what was before, a link opens the same', async () => {
    const { page, context } = visitor;
    await page.goto(project('/analytics')());
    const [from, to] = [page.getByLabel('From (UTC)'), page.getByLabel('To (UTC)')];
    await from.fill('2026-01-01');
    // the second choice does not wait until the first is drawn
    await to.fill('2027-01-01');
    await expect.poll(() => to.inputValue()).toBe('2027-01-01');
    expect(page.url()).toContain('from=2026-01-01&to=2027-01-01');
    const other = await context.newPage();
    await other.goto(page.url());
    await expect.poll(() => other.getByLabel('To (UTC)').inputValue()).toBe('2027-01-01');
    await other.close();
    await page.goBack();
    await expect.poll(() => to.inputValue()).toBe('');
    expect(await from.inputValue()).toBe('2026-01-01');
  });

  test('the first Tab offers to skip the navigation, and Enter does', async () => {
    const { page } = visitor;
    await page.goto('/projects');
    await settled(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
  });
});

describe('ten thousand images', () => {
  const COUNT = 10_000;
  let visitor: Visitor;
  let projectId: string;
  beforeAll(async () => {
    projectId = (await makeProject(stack.db, { name: 'A great many', modelVersionId })).id;
    await stack.db.$executeRaw`
      INSERT INTO "Image" ("id", "projectId", "sha256", "name", "width", "height", "format", "bytes")
      SELECT gen_random_uuid(), ${projectId}::uuid, encode(sha256(n::text::bytea), 'hex'),
             'frame-' || lpad(n::text, 5, '0') || '.jpg', 640, 480, 'jpeg', 1000
      FROM generate_series(1, ${COUNT}::int) AS n`;
    visitor = await visit(browser, stack, stack.admin);
  });
  afterAll(() => visitor?.context.close());

  test('the grid scrolls through them with few tiles in the document', async () => {
    const { page } = visitor;
    await page.goto(`/projects/${projectId}/images`);
    const tiles = page.getByRole('list', { name: 'Images', exact: true }).getByRole('listitem');
    await tiles.first().waitFor();
    await page.getByText('10,000', { exact: true }).waitFor();
    const last = () =>
      tiles.evaluateAll((all) =>
        Math.max(0, ...all.map((tile) => Number(tile.getAttribute('aria-posinset')))),
      );
    const started = Date.now();
    await page.mouse.move(800, 600);
    while ((await last()) < 1_500) {
      await page.mouse.wheel(0, 6_000);
      await page.evaluate(() => new Promise(requestAnimationFrame));
      if (Date.now() - started > 60_000) throw new Error(`in a minute only up to ${await last()}`);
    }
    expect(await tiles.count()).toBeLessThan(120);
    expect(await tiles.first().getAttribute('aria-setsize')).toBe(String(COUNT));
  });

  test('one of them is found by its name', async () => {
    const { page } = visitor;
    await page.goto(`/projects/${projectId}/images`);
    await page.getByRole('textbox', { name: 'Search by name' }).fill('frame-09999');
    await page.getByRole('link', { name: 'Annotate frame-09999.jpg' }).waitFor({ timeout: 5_000 });
    const tiles = page.getByRole('list', { name: 'Images', exact: true }).getByRole('listitem');
    await expect.poll(() => tiles.count()).toBe(1);
  });
});

/** Nothing is being loaded any more, as far as one can see. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await expect
    .poll(() => page.locator('.mantine-Skeleton-root:visible, .mantine-Loader-root:visible').count(), {
      timeout: 20_000,
    })
    .toBe(0);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForFunction(() =>
    [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight),
  );
  await page.screenshot({ path: path.join(RESULTS, 'pages', `${name}.png`), animations: 'disabled' });
}

/** Presses Tab until the element has the focus. */
async function reachByTab(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  await expect.poll(() => target.isEnabled()).toBe(true);
  for (let steps = 0; steps < 120; steps++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error('120 times Tab and not at what one comes for');
}

/** What keeps people with a screen reader, a keyboard or weak eyes out: serious and critical findings of axe. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(await AXE);
  // of what passes, axe would describe every element: most of its time, for nobody
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} – ${failureSummary}`),
    );
}
