// A script's whole way through the `maskloop` command: sign in, upload, freeze, export, import; on a running stack.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeMask } from '@maskloop/db/testing';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, launchBrowser, visit } from '../helpers/browser.ts';
import { cocoFiles, readZip, sha256 } from '../helpers/coco-reader.ts';
import { demoImage, userId } from '../helpers/demo-rows.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { until } from '../helpers/wait-until.ts';

const COMMAND = path.join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'maskloop.mjs');
const PROJECT = 'Still life';

let stack: Stack;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  stack = await startStack({ demo: true, env: { WEBHOOKS_ALLOW_PRIVATE: 'true' } });
  browser = await launchBrowser();
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-cli-'));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
keepPicturesOfFailures(() => browser);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function maskloop(args: readonly string[], { stdin = '' }: { stdin?: string } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder } as unknown as NodeJS.ProcessEnv,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await maskloop(['--json', ...args]);
  expect(code, err + out).toBe(0);
  return JSON.parse(out) as T;
}

/** As a person makes one: the secret is on the page once. */
async function makeToken(page: Page, scopes: readonly string[]): Promise<string> {
  await page.goto('/account');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog', { name: 'New token' });
  await dialog.getByLabel('Name').fill(`For ${scopes.join(' and ')}`);
  for (const scope of scopes) await dialog.getByRole('checkbox', { name: scope, exact: true }).check();
  await dialog.getByRole('button', { name: 'Create and show it' }).click();
  const secret = await dialog.getByText(/^maskloop_/).textContent();
  await dialog.getByRole('button', { name: 'Done' }).click();
  return secret ?? '';
}

test('upload, freeze, export and import by the command; a webhook hears of it', {
  timeout: 300_000,
}, async () => {
  const { page, context, errors } = await visit(browser, stack, stack.people.lead);
  const token = await makeToken(page, ['Manage']);

  // without a sign-in, and with a token that nobody made
  expect((await maskloop(['status'])).code).toBe(3);
  const refused = await maskloop(['login', '--server', stack.baseUrl], { stdin: 'maskloop_nobody\n' });
  expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('over, revoked or unknown')]);
  expect((await maskloop(['login', '--server', stack.baseUrl], { stdin: `${token}\n` })).code).toBe(0);

  // what is told outside
  const { server, received, address } = await receiver();
  await page.goto('/projects');
  await page.getByRole('link', { name: PROJECT }).first().click();
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'New webhook' });
  await dialog.getByLabel('Address').fill(`${address}/hook`);
  await dialog.getByRole('button', { name: 'Create and show the secret' }).click();
  await dialog.getByText(/^whsec_/).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();

  const pictures = path.join(folder, 'pictures', 'deep');
  await mkdir(pictures, { recursive: true });
  for (const [name, background] of [
    ['red.png', '#cc3333'],
    ['green.png', '#33cc33'],
    ['blue.png', '#3333cc'],
  ] as const) {
    await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png()
      .toFile(path.join(pictures, name));
  }
  await writeFile(path.join(pictures, 'broken.jpg'), 'not a picture');
  const sent = await maskloop(['--json', 'upload', PROJECT, path.join(folder, 'pictures')]);
  expect(sent.code).toBe(1);
  expect(JSON.parse(sent.out)).toMatchObject({
    files: 4,
    added: 3,
    duplicates: 0,
    refused: [{ file: 'broken.jpg' }],
  });
  // started again, it sends what is missing: nothing of the three
  const again = await maskloop(['upload', PROJECT, path.join(folder, 'pictures')]);
  expect(again.out).toContain('0 added, 3 there already, 1 refused');

  const image = await demoImage(stack, 'sweets');
  const { id: classId } = await stack.db.labelClass.findFirstOrThrow({
    where: { projectId: image.projectId },
  });
  const authorId = await userId(stack, stack.people.lead.email);
  for (const x of [10, 110, 210]) {
    const box = { x, y: 20, width: 80, height: 60 };
    await makeMask(stack.db, { imageId: image.id, authorId, origin: 'manual', classId, size: image, box });
  }
  const frozen = await json<{ number: number; counts: { masks: number } }>(
    'freeze',
    PROJECT,
    '--name',
    'By the command',
    '--origins',
    'all',
    '--split',
    '70/20/10',
  );
  const file = path.join(folder, 'out.zip');
  const built = await json<{ file: string; sha256: string }>(
    'export',
    PROJECT,
    '--version',
    String(frozen.number),
    '-o',
    file,
  );
  expect(built.file).toBe(file);
  const bytes = await readFile(file);
  expect(sha256(bytes)).toBe(built.sha256);
  const masks = [...cocoFiles(await readZip(bytes)).values()].reduce(
    (sum, coco) => sum + coco.annotations.length,
    0,
  );
  expect(masks).toBe(3);
  expect(frozen.counts.masks).toBe(3);

  await until('the webhook heard of both', async () =>
    ['dataset.frozen', 'export.ready'].every((type) => received.some((body) => body.includes(`"${type}"`))),
  );
  server.close();
  await page.goto(`${new URL(page.url()).pathname}`);
  await page.getByRole('link', { name: `${address}/hook` }).click();
  await page
    .getByRole('row', { name: /export\.ready/ })
    .getByText('Delivered')
    .waitFor();

  // what went out comes in again, beside what is there
  const looked = await json<{ state: string; check: { masks: number } }>(
    'import',
    PROJECT,
    file,
    '--dry-run',
  );
  expect(looked).toMatchObject({ state: 'ready', check: { masks, problems: { total: 0 } } });
  const before = await stack.db.mask.count();
  const brought = await json<{ report: { masks: number } }>('import', PROJECT, file);
  expect(brought).toMatchObject({ state: 'done', report: { masks, problems: { total: 0 } } });
  expect(await stack.db.mask.count({ where: { origin: 'imported' } })).toBe(masks);
  expect(await stack.db.mask.count()).toBe(before + masks);

  const wrong = await maskloop(['upload', 'No such project', folder]);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('There is no project')]);
  expect((await maskloop(['export', PROJECT, '--format', 'none'])).code).toBe(2);
  expect((await maskloop(['--help'])).code).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

async function receiver(): Promise<{ server: Server; received: string[]; address: string }> {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push(body);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, received, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
