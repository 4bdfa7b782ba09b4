// Who gets in, who is put out, and what each role is offered.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, signIn, visit } from '../helpers/browser.ts';
import { demoImage } from '../helpers/demo-rows.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Account, type Stack, startStack } from '../helpers/start-stack.ts';

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack({ demo: true });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

const WRONG = 'The e-mail or the password is wrong';

/** Types it and presses the button; whether it works is for the caller. */
async function trySignIn(page: Page, { email, password }: Account): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the server thinks of this browser's cookies. */
const statusOf = async (page: Page): Promise<number> =>
  (await page.context().request.get('/api/trpc/me.get')).status();

async function isPutOut(page: Page): Promise<void> {
  expect(await statusOf(page)).toBe(401);
  await page.goto('/projects');
  await page.waitForURL(/\/sign-in/);
}

describe('signing in', () => {
  test('a wrong password and an unknown address are told alike, and nobody is let in', async () => {
    const { context, page } = await visit(browser, stack, null);
    await page.goto('/sign-in');
    const messages: string[] = [];
    for (const account of [
      { email: stack.people.lead.email, password: 'surely not this one' },
      { email: 'nobody@maskloop.local', password: 'surely not this one' },
    ]) {
      await trySignIn(page, account);
      const alert = page.getByRole('alert').filter({ hasText: WRONG });
      await alert.waitFor();
      messages.push((await alert.textContent()) ?? '');
      expect(await page.getByRole('textbox', { name: 'Password' }).inputValue()).toBe('');
      await page.reload();
    }
    expect(messages[0]).toBe(messages[1]);
    expect(await statusOf(page)).toBe(401);
    await context.close();
  });

  test('a page that somebody wanted is where they arrive, and no page of another site', async () => {
    const image = await demoImage(stack, 'breakfast');
    const { context, page } = await visit(browser, stack, null);
    const wanted = `/projects/${image.projectId}/images`;
    await page.goto(wanted);
    await page.waitForURL(/\/sign-in\?callbackUrl=/);
    await trySignIn(page, stack.people.lead);
    await page.waitForURL((url) => url.pathname === wanted);
    await context.close();

    const other = await visit(browser, stack, null);
    await other.page.goto(`/sign-in?callbackUrl=${encodeURIComponent('https://example.org/')}`);
    await trySignIn(other.page, stack.people.lead);
    await other.page.waitForURL(`${stack.baseUrl}/`);
    expect(other.outside).toEqual([]);
    await other.context.close();
  });

  test('after ten failures an account has to wait, even with the right password; others need not', async () => {
    const { context, page } = await visit(browser, stack, null);
    await page.goto('/sign-in');
    const { email } = stack.people.reviewer;
    for (let attempt = 1; attempt <= 10; attempt++) {
      await trySignIn(page, { email, password: `guess number ${attempt}` });
      await page.getByRole('alert').filter({ hasText: WRONG }).waitFor();
    }
    await trySignIn(page, stack.people.reviewer);
    await page.getByRole('alert').filter({ hasText: 'Too many failed sign-ins' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true);
    expect(await statusOf(page)).toBe(401);
    await signIn(page, stack.people.annotator);
    expect(await statusOf(page)).toBe(200);
    await context.close();
    await stack.db.rateLimiterFlexible.deleteMany();
  });
});

describe('the end of a session', () => {
  test('signing out ends it on the server: the cookie of before is worth nothing', async () => {
    const { context, page } = await visit(browser, stack, stack.people.lead);
    const cookies = await context.cookies();
    await page.goto('/');
    await page.getByRole('button', { name: 'Account menu of Demo lead' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    await isPutOut(page);

    const replay = await visit(browser, stack, null);
    await replay.context.addCookies(cookies);
    await isPutOut(replay.page);
    await replay.context.close();
    await context.close();
  });

  test('another session can be signed out from the account page', async () => {
    const [here, there] = [
      await visit(browser, stack, stack.people.lead),
      await visit(browser, stack, stack.people.lead),
    ];
    await here.page.goto('/account');
    const table = here.page.getByRole('table', { name: 'Sessions' });
    await table.getByRole('row').filter({ hasText: 'This one' }).waitFor();
    expect(await table.getByText('Unknown device').count()).toBe(0);
    await table
      .getByRole('button', { name: /^Sign out/ })
      .first()
      .waitFor();
    for (;;) {
      const left = await table.getByRole('button', { name: /^Sign out/ }).count();
      if (left === 0) break;
      await table
        .getByRole('button', { name: /^Sign out/ })
        .first()
        .click();
      await here.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
      await expect.poll(() => table.getByRole('button', { name: /^Sign out/ }).count()).toBe(left - 1);
    }
    await isPutOut(there.page);
    expect(await statusOf(here.page)).toBe(200);
    await here.context.close();
    await there.context.close();
  });

  test('somebody who is disabled is out at once and does not get back in until enabled', async () => {
    const admin = await visit(browser, stack, stack.admin);
    const reviewer = await visit(browser, stack, stack.people.reviewer);
    const act = async (item: string) => {
      await admin.page.getByRole('button', { name: 'Actions for Demo reviewer' }).click();
      await admin.page.getByRole('menuitem', { name: item }).click();
    };
    await admin.page.goto('/admin/users');
    await act('Disable');
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    const row = admin.page.getByRole('row').filter({ hasText: 'Demo reviewer' });
    await row.getByText('Disabled').waitFor();
    await isPutOut(reviewer.page);
    await trySignIn(reviewer.page, stack.people.reviewer);
    await reviewer.page.getByRole('alert').filter({ hasText: WRONG }).waitFor();

    await act('Enable');
    await row.getByText('Active').waitFor();
    await signIn(reviewer.page, stack.people.reviewer);
    expect(await statusOf(reviewer.page)).toBe(200);
    await admin.context.close();
    await reviewer.context.close();
  });

  test('a changed password ends every other session, and the old one opens nothing', async () => {
    const { email, password } = stack.people.reviewer;
    const [here, there] = [
      await visit(browser, stack, stack.people.reviewer),
      await visit(browser, stack, stack.people.reviewer),
    ];
    const next = 'a new one with many letters';
    await here.page.goto('/account');
    const field = (name: string) => here.page.getByRole('textbox', { name, exact: true });
    await field('Current password').fill('not the current one');
    await field('New password').fill(next);
    await field('New password again').fill(next);
    await here.page.getByRole('button', { name: 'Change password' }).click();
    await here.page.getByText('this is not your password').waitFor();
    expect(await statusOf(there.page)).toBe(200);

    await field('Current password').fill(password);
    await here.page.getByRole('button', { name: 'Change password' }).click();
    await here.page.getByText('Password changed').waitFor();
    expect(await statusOf(here.page)).toBe(200);
    await isPutOut(there.page);
    await trySignIn(there.page, { email, password });
    await there.page.getByRole('alert').filter({ hasText: WRONG }).waitFor();
    await signIn(there.page, { email, password: next });
    await here.context.close();
    await there.context.close();
  });
});

test('an invitation sets a password once, and a short one is refused', async () => {
  const admin = await visit(browser, stack, stack.admin);
  await admin.page.goto('/admin/users');
  await admin.page.getByRole('button', { name: 'New user' }).click();
  const dialog = admin.page.getByRole('dialog', { name: 'New user' });
  await dialog.getByLabel('Name').fill('Nora New');
  await dialog.getByLabel('E-mail').fill('nora@maskloop.local');
  await dialog.getByRole('button', { name: 'Create and get link' }).click();
  const link = (await admin.page.getByText(`${stack.baseUrl}/invitation/`).textContent()) ?? '';
  expect(link).toMatch(/\/invitation\/[\w-]{20,}$/);

  const nora = await visit(browser, stack, null);
  const { page } = nora;
  await page.goto(link);
  await page.getByText('For nora@maskloop.local').waitFor();
  const choose = async (password: string) => {
    await page.getByRole('textbox', { name: 'New password', exact: true }).fill(password);
    await page.getByRole('textbox', { name: 'New password again' }).fill(password);
    await page.getByRole('button', { name: 'Set password and sign in' }).click();
  };
  await choose('short');
  await page.getByText('Must have at least 12 characters').waitFor();
  expect(await statusOf(page)).toBe(401);
  await choose('long enough for anybody');
  await page.waitForURL(`${stack.baseUrl}/`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await statusOf(page)).toBe(200);

  const late = await visit(browser, stack, null);
  await late.page.goto(link);
  await late.page.getByText('This invitation cannot be used.').waitFor();
  expect(await late.page.getByRole('textbox').count()).toBe(0);
  for (const { context } of [admin, nora, late]) await context.close();
});

describe('roles', () => {
  test('an annotator is offered labeling, and neither uploads nor datasets nor administration', async () => {
    const { projectId } = await demoImage(stack, 'breakfast');
    const { context, page, errors } = await visit(browser, stack, stack.people.annotator);
    await page.goto(`/projects/${projectId}/images`);
    await page.getByRole('link', { name: 'Annotate breakfast.jpg' }).waitFor();
    const rail = page.getByRole('navigation', { name: 'Main navigation' });
    await rail.getByRole('link', { name: 'Images' }).waitFor();
    for (const place of ['Datasets', 'Jobs', 'Settings', 'Users', 'Audit log', 'System health'])
      expect(await rail.getByRole('link', { name: place }).count(), place).toBe(0);
    expect(await page.getByRole('button', { name: 'Upload' }).count()).toBe(0);
    expect(errors).toEqual([]);

    // who types the address is told no by the server
    for (const [place, text] of [
      [`/projects/${projectId}/datasets`, 'dataset.view'],
      ['/admin/users', 'user.manage'],
    ] as const) {
      await page.goto(place);
      await page.getByRole('alert').filter({ hasText: text }).first().waitFor();
    }
    const upload = await context.request.put(`/api/projects/${projectId}/uploads?name=x.png`, {
      data: Buffer.from('x'),
    });
    expect(upload.status()).toBe(403);
    const editor = await Editor.open(page, await demoImage(stack, 'breakfast'));
    expect(await page.getByTestId('tool-brush').isEnabled()).toBe(true);
    await editor.hasStatus('saved');
    await context.close();
  });

  test('somebody who is no member finds nothing, as if the project did not exist', async () => {
    const { projectId, id } = await demoImage(stack, 'breakfast');
    const { context, page } = await visit(browser, stack, {
      email: 'nora@maskloop.local',
      password: 'long enough for anybody',
    });
    await page.goto('/projects');
    await page.getByText('No projects yet').waitFor();
    const answers = await Promise.all(
      [`/api/images/${id}/thumbnail`, `/api/images/${crypto.randomUUID()}/thumbnail`].map((path) =>
        context.request.get(path),
      ),
    );
    expect(answers.map((answer) => answer.status())).toEqual([404, 404]);
    await page.goto(`/projects/${projectId}`);
    await page.getByText('There is no such project').waitFor();
    await context.close();
  });
});
