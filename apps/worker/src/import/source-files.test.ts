import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yazl from 'yazl';
import { type OpenSource, openSource } from './source-files.ts';

let folder: string;
const open: OpenSource[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-source-'));
});
afterAll(async () => {
  for (const source of open) source.close();
  await rm(folder, { recursive: true, force: true });
});

async function opened(bytes: Buffer, maxBytes = 1_000_000): Promise<OpenSource> {
  const file = path.join(folder, randomBytes(6).toString('hex'));
  await writeFile(file, bytes);
  const source = await openSource(file, { name: 'labels.zip', maxBytes });
  open.push(source);
  return source;
}

function zipped(files: Record<string, Buffer>, mode = 0o100644): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name, { mode });
  zip.end();
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    zip.outputStream.on('data', (part: Buffer) => parts.push(part));
    zip.outputStream.on('end', () => resolve(Buffer.concat(parts)));
    zip.outputStream.on('error', reject);
  });
}

test('the files of a ZIP are listed without noise and unpacked when asked for', async () => {
  const source = await opened(
    await zipped({
      'b/x.txt': Buffer.from('two'),
      'a.txt': Buffer.from('one'),
      '__MACOSX/a.txt': Buffer.from(''),
    }),
  );
  expect(source.names).toEqual(['a.txt', 'b/x.txt']);
  expect(source.consumed).toBe(0);
  expect(Buffer.from(await source.bytes('b/x.txt')).toString()).toBe('two');
  expect(source.consumed).toBe(0.5);
});

test('a path that leads out, a link, a ZIP in the ZIP and a file above the limit are refused one by one', async () => {
  const zip = await zipped({
    'aa/evil.txt': Buffer.from('out'),
    'inner.zip': Buffer.from('PK'),
    'large.json': Buffer.alloc(5_000, 1),
    'good.json': Buffer.from('{}'),
  });
  // the writer refuses such a name, so it is written over: same length, in both places
  const evil = Buffer.from(zip.toString('latin1').replaceAll('aa/evil.txt', '../evil.txt'), 'latin1');
  const source = await opened(evil, 4_000);
  expect(source.names).toEqual(['good.json']);
  expect(source.refused.map(({ where }) => where)).toEqual(['../evil.txt', 'inner.zip', 'large.json']);
  const links = await opened(await zipped({ 'a.txt': Buffer.from('/etc/passwd') }, 0o120777));
  expect(links.refused).toMatchObject([{ message: 'a.txt: a link, not a file' }]);
});

test('a ZIP that unpacks to more than is taken in at once stops', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`${n}.txt`, Buffer.alloc(1_000, n)]),
  );
  const source = await opened(await zipped(files), 1_000);
  const all = async () => {
    for (const name of source.names) await source.bytes(name);
  };
  await expect(all()).rejects.toThrow('unpacks to more than is taken in at once');
});

test('a single file is read as it is, whatever its name; a broken ZIP is refused', async () => {
  const single = await opened(Buffer.from('{"a":1}'));
  expect(Buffer.from(await single.bytes('labels.zip')).toString()).toBe('{"a":1}');
  const zip = await zipped({ 'a.txt': Buffer.from('one') });
  await expect(opened(zip.subarray(0, 40))).rejects.toThrow('cannot be read as a ZIP');
});
