// From an empty project to pictures one can label: the wizard, a drop of everything people have on their disks, and
// embeddings that turn up by themselves.
import { readdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yazl from 'yazl';
import { keepPicturesOfFailures, launchBrowser, type Visitor, visit } from '../helpers/browser.ts';
import { Editor } from '../helpers/editor-driver.ts';
import { type Stack, startStack } from '../helpers/start-stack.ts';
import { until } from '../helpers/wait-until.ts';

let stack: Stack;
let browser: Browser;
let admin: Visitor;
let projectId: string;

beforeAll(async () => {
  // as on a machine without Redis: jobs live in PostgreSQL
  stack = await startStack({ queue: 'postgres' });
  browser = await launchBrowser();
  admin = await visit(browser, stack, stack.admin);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

keepPicturesOfFailures(() => browser);

const imagesOf = () => stack.db.image.findMany({ where: { projectId }, orderBy: { name: 'asc' } });

test('the wizard makes a project with classes, and it begins empty', async () => {
  const { page } = admin;
  await page.goto('/projects');
  await page.getByRole('link', { name: 'New project' }).first().click();
  const next = page.getByRole('button', { name: 'Next' });
  const name = page.getByLabel('Name');
  await name.waitFor();
  await next.click();
  // the browser says that a name is missing, and the page does not go on
  expect(await name.evaluate((field: HTMLInputElement) => field.validity.valueMissing)).toBe(true);
  expect(await page.getByRole('button', { name: 'Add class' }).count()).toBe(0);
  await name.fill('  Street scenes  ');
  await next.click();
  await page.getByRole('button', { name: 'Add class' }).click();
  await page
    .getByRole('textbox', { name: /^Name of/ })
    .last()
    .fill('car');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('textbox', { name: /^Name of/ }).count()).toBe(2);
  await page
    .getByRole('textbox', { name: /^Name of/ })
    .last()
    .fill('road');
  await next.click();
  await next.click();
  await page.getByText('car, road').waitFor();
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.waitForURL(/\/projects\/[0-9a-f-]{36}\/images$/);
  await page.getByText('No images yet').waitFor();
  const project = await stack.db.project.findFirstOrThrow({
    include: { classes: { orderBy: { index: 'asc' } }, memberships: true },
  });
  projectId = project.id;
  expect(project.name).toBe('Street scenes');
  expect(project.classes.map(({ name }) => name)).toEqual(['car', 'road']);
  expect(project.memberships).toMatchObject([{ role: 'lead' }]);
  expect(project.activeModelVersionId).not.toBeNull();
});

test.each(['uploads', 'imports'])(
  'a page of another site cannot send %s in the name of who is signed in',
  async (what) => {
    const answer = await admin.context.request.put(`/api/projects/${projectId}/${what}?name=x.png`, {
      headers: { 'sec-fetch-site': 'cross-site' },
      data: Buffer.from('x'),
    });
    expect(answer.status()).toBe(403);
    expect(await answer.json()).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Requests from another site are refused.',
    });
  },
);

test('what is dropped is taken in or refused file by file, with the reason', async () => {
  const { page } = admin;
  // with nobody to encode them, the embeddings are seen to be on their way
  await stack.worker.kill('SIGTERM');
  const files = await pictures();
  const cut = files['photo.jpg'] as Buffer;
  await drop(page, {
    ...files,
    'again.jpg': files['photo.jpg'] as Buffer,
    'cut.jpg': cut.subarray(0, Math.floor(cut.length * 0.6)),
    'drawing.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'drawing.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'empty.png': Buffer.alloc(0),
    'notes.jpg': Buffer.from('only words'),
    'bundle.zip': await bundle(files['photo.png'] as Buffer),
  });
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel.getByText('Uploads finished').waitFor({ timeout: 60_000 });
  const told = new Map<string, string>();
  const rows = panel.getByRole('listitem');
  // only what is on the screen is in the document: read on while scrolling
  await until('every file to be told', async () => {
    for (const text of await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).innerText))) {
      const [name = '', ...rest] = text.split('\n').filter(Boolean);
      told.set(name, rest.join(' '));
    }
    await panel.getByRole('region', { name: 'Files of this upload' }).evaluate((list) => {
      list.scrollTop = list.scrollTop + list.clientHeight >= list.scrollHeight - 2 ? 0 : list.scrollTop + 150;
    });
    return told.size === Object.keys(files).length + 7;
  });
  for (const name of Object.keys(files)) expect(told.get(name), name).toContain('Added');
  expect(told.get('again.jpg')).toContain('Already in the project');
  expect(told.get('cut.jpg')).toContain('cut.jpg: cannot be read as a picture');
  expect(told.get('drawing.svg')).toContain('Neither a picture nor a ZIP file');
  expect(told.get('drawing.png')).toContain('drawing.png is an SVG; JPEG, PNG');
  expect(told.get('empty.png')).toContain('the file is empty');
  expect(told.get('notes.jpg')).toContain('notes.jpg is no known picture');
  expect(told.get('bundle.zip')).toContain('1 added, 1 there already, 3 not taken');
  expect(told.get('bundle.zip')).toContain('../escape.png');

  const taken = await imagesOf();
  expect(taken.map(({ name }) => name)).toEqual([...Object.keys(files), 'street/one.png'].sort());
  expect(await readdir(stack.folder)).not.toContain('escape.png');
});

test('every picture has the size that people see, whatever its format', async () => {
  const sizes = Object.fromEntries(
    (await imagesOf()).map((image) => [image.name, [image.width, image.height]]),
  );
  expect(sizes).toEqual({
    'deep.png': [300, 200],
    'photo.bmp': [30, 20],
    'photo.jpg': [300, 200],
    'photo.png': [301, 200],
    'photo.tiff': [303, 200],
    'photo.webp': [302, 200],
    'street/one.png': [64, 48],
    'turned.jpg': [180, 320],
  });
});

test('embeddings turn ready on the open page, without a reload', async () => {
  const { page } = admin;
  const marks = (label: string) => page.getByRole('img', { name: label });
  await expect.poll(() => marks('Embedding on its way').count()).toBe(8);
  await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
  await stack.worker.start();
  await expect.poll(() => marks('Embedding ready').count(), { timeout: 60_000 }).toBe(8);
  expect(await page.evaluate(() => 'isTheSamePage' in window)).toBe(true);
});

test('a picture that the camera turned opens upright, and is labeled in upright pixels', async () => {
  const { page } = admin;
  await page.getByRole('link', { name: 'Annotate turned.jpg' }).click();
  const editor = new Editor(page);
  await editor.ready();
  const shown = await editor.canvas.locator('img').evaluate((picture: HTMLImageElement) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    const context = canvas.getContext('2d');
    context?.drawImage(picture, 0, 0);
    const at = (x: number, y: number) => [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3);
    return { size: [canvas.width, canvas.height], top: at(90, 20), bottom: at(90, 300) };
  });
  expect(shown.size).toEqual([180, 320]);
  // stored lying with its left half red; orientation 6 turns the left to the top
  expect(shown.top[0]).toBeGreaterThan(200);
  expect(shown.top[2]).toBeLessThan(60);
  expect(shown.bottom[2]).toBeGreaterThan(200);
  await editor.tool('brush');
  await editor.drag([
    { x: 40, y: 280 },
    { x: 140, y: 300 },
  ]);
  await editor.hasMasks(1);
  await editor.saved();
  const revision = await stack.db.maskRevision.findFirstOrThrow();
  expect(revision.boxY).toBeGreaterThan(250);
  expect(revision.boxY + revision.boxH).toBeLessThanOrEqual(320);
});

test('the whole way the pages complained of nothing and stayed at home', () => {
  expect(admin.errors).toEqual([]);
  expect(admin.outside).toEqual([]);
});

/** One picture of each kind, all different. */
async function pictures(): Promise<Record<string, Buffer>> {
  const noise = (width: number, height: number) => {
    const data = Buffer.alloc(width * height * 3);
    for (let i = 0; i < data.length; i++) data[i] = (i * 31 + (i >> 7) * 17) & 255;
    return sharp(data, { raw: { width, height, channels: 3 } });
  };
  const half = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
  const deep = new Uint16Array(300 * 200).map((_, i) => (i * 997) & 0xffff);
  return {
    'photo.jpg': await noise(300, 200).jpeg({ quality: 90 }).toBuffer(),
    'photo.png': await noise(301, 200).png().toBuffer(),
    'photo.webp': await noise(302, 200).webp().toBuffer(),
    'photo.tiff': await noise(303, 200).tiff().toBuffer(),
    'photo.bmp': bitmap(30, 20),
    'deep.png': await sharp(deep, { raw: { width: 300, height: 200, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer(),
    'turned.jpg': await sharp(await half(320, 180, '#0000ff'))
      .composite([{ input: await half(160, 180, '#ff0000'), left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer(),
  };
}

/** 24-bit BMP, which sharp reads and does not write. */
function bitmap(width: number, height: number): Buffer {
  const row = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + row * height, 0x7f);
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(0, 6);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  bytes.fill(0, 30, 54);
  return bytes;
}

/** A picture in a folder, one that is there already, words, a ZIP in the ZIP, and one that wants out. */
async function bundle(known: Buffer): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const one = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  const other = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#654321' } })
    .png()
    .toBuffer();
  zip.addBuffer(one, 'street/one.png');
  zip.addBuffer(known, 'known.png');
  zip.addBuffer(Buffer.from('words'), 'readme.txt');
  zip.addBuffer(Buffer.from('PK'), 'more.zip');
  // the library writes no such name: same length, replaced afterwards
  zip.addBuffer(other, 'xx/escape.png');
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('latin1').replaceAll('xx/escape.png', '../escape.png');
  return Buffer.from(text, 'latin1');
}

/** Drops files on the page, as a file manager does. */
async function drop(page: Page, files: Readonly<Record<string, Buffer>>): Promise<void> {
  const list = Object.entries(files).map(([name, bytes]) => ({ name, base64: bytes.toString('base64') }));
  await page.evaluate(async (all) => {
    const carried = new DataTransfer();
    for (const { name, base64 } of all) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      carried.items.add(new File([bytes], name));
    }
    const target = document.querySelector('main') ?? document.body;
    for (const type of ['dragenter', 'dragover', 'drop'])
      target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }, list);
}
