// A real browser on a stack: signing in, and what every page must never do.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Stack } from './start-stack.ts';

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

/** A person with a browser window of their own, signed in. */
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
  if (account) await signIn(page, account);
  return { context, page, errors, outside };
}

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
