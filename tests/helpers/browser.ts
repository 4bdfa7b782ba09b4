// A real browser on a stack: signing in, and what every page must never do.
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterEach } from 'vitest';
import type { Stack } from './start-stack.ts';

/** Pictures for people to look at; not in git. */
export const RESULTS = path.join(import.meta.dirname, '..', '..', 'test-results');

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ARGS });
}

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** page errors and console errors so far */
  readonly errors: string[];
  /** requests that left this machine */
  readonly outside: string[];
}

/** A person with an empty browser window of their own, signed in. */
export async function visit(
  browser: Browser,
  stack: Pick<Stack, 'baseUrl'>,
  account: { readonly email: string; readonly password: string } | null,
  options: { readonly theme?: 'light' | 'dark'; readonly locale?: string } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: stack.baseUrl,
    viewport: { width: 1440, height: 900 },
    colorScheme: options.theme ?? 'light',
    locale: options.locale ?? 'en-GB',
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const errors: string[] = [];
  const outside: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(stack.baseUrl) && !/^(data|blob):/.test(url)) outside.push(url);
  });
  if (account) await signInWithoutPage(context, account);
  return { context, page, errors, outside };
}

/** What the sign-in page sends, without the page: a session like any other, in a tenth of the time. */
async function signInWithoutPage(
  { request }: BrowserContext,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> {
  const { csrfToken } = (await (await request.get('/api/auth/csrf')).json()) as { csrfToken: string };
  const answer = await request.post('/api/auth/callback/credentials', {
    form: { csrfToken, email, password, json: 'true' },
  });
  if (!answer.ok()) throw new Error(`${email} is not let in: ${answer.status()} ${await answer.text()}`);
}

/** As people do it: on the page. */
export async function signIn(
  page: Page,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.goto('/sign-in');
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', password);
  await Promise.all([
    page.waitForURL((url) => !url.pathname.startsWith('/sign-in')),
    page.click('button[type=submit]'),
  ]);
}

/** Keeps what the windows showed when a test failed. Call once in a file. */
export function keepPicturesOfFailures(browser: () => Browser | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const pages =
      browser()
        ?.contexts()
        .flatMap((context) => context.pages()) ?? [];
    const name = task.name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80);
    for (const [index, page] of pages.entries()) {
      // a page that hangs keeps no picture, and the test's own failure is the one to report
      await page
        .screenshot({ path: path.join(RESULTS, 'failed', `${name}-${index}.png`), timeout: 5_000 })
        .catch(() => undefined);
    }
  });
}
