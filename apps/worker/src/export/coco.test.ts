import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { LabelClass } from '@maskloop/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../digest.ts';
import { writeArchive } from './archive.ts';
import { categoriesOf } from './categories.ts';
import { fileNames } from './file-names.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-coco-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('names are safe, and different on file systems that ignore case', () => {
  const nameOf = fileNames();
  const named = (name: string, digit: string) => nameOf({ name, sha256: digit.repeat(64) });
  expect(named('a.jpg', '1')).toBe('a.jpg');
  expect(named('A.JPG', '2')).toBe('A-22222222.JPG');
  expect(named('../../etc/passwd', '3')).toBe('_.._etc_passwd');
  expect(named('..', '4')).toBe('image');
  expect(named('C:\\x\n|?.png', '5')).toBe('C__x___.png');
  expect(named('사진.png', '6')).toBe('사진.png');
});

const id = (n: number) => `01900000-0000-7000-8000-00000000000${n}`;
const made = (n: number, more: Partial<LabelClass> = {}): LabelClass => ({
  id: id(n),
  index: 9 - n,
  name: `class ${n}`,
  colour: '#0a10ff',
  kind: 'thing',
  parentId: null,
  deleted: false,
  ...more,
});

test('a class keeps its number whatever is added, moved or deleted; parents come along, unused ones do not', () => {
  const classes = [made(3, { parentId: id(1) }), made(1), made(2, { kind: 'stuff' })];
  const before = categoriesOf(classes);
  expect([before.idOf(id(3)), before.idOf(null)]).toEqual([3, 100_000]);
  expect(before.written).toEqual([
    { id: 1, name: 'class 1', supercategory: 'thing', isthing: 1, color: [10, 16, 255] },
    { id: 3, name: 'class 3', supercategory: 'class 1', isthing: 1, color: [10, 16, 255] },
    { id: 100_000, name: 'unclassified', supercategory: 'thing', isthing: 1, color: [128, 128, 128] },
  ]);
  const after = categoriesOf([made(4), ...classes.map((each) => ({ ...each, index: 5, deleted: true }))]);
  expect([after.idOf(id(3)), after.idOf(null)]).toEqual([3, 100_000]);
  expect(after.written).toEqual(before.written);
  expect(() => after.idOf(id(8))).toThrow('not one of the project');
});

test('an archive has the same bytes in every time zone and at every time', async () => {
  const hash = async (name: string) => {
    const place = path.join(folder, name);
    const entries = ['b.txt', 'a.txt'].map((entry) => ({
      path: entry,
      compress: true,
      open: async () => Readable.from([Buffer.from(entry.repeat(1_000))]),
    }));
    await writeArchive(place, entries, new AbortController().signal);
    return (await digestOf(place)).sha256;
  };
  const zone = process.env.TZ;
  process.env.TZ = 'Asia/Seoul';
  const first = await hash('1.zip');
  process.env.TZ = 'America/Los_Angeles';
  const second = await hash('2.zip');
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  expect(second).toBe(first);
});

test('a file that cannot be opened, breaks off or turns out to be another ends the archive with its error', async () => {
  const write = (open: () => Promise<Readable>, written?: () => void) =>
    writeArchive(
      path.join(folder, 'x.zip'),
      [
        { path: 'ok', compress: true, open: async () => Readable.from([Buffer.from('ok')]) },
        { path: 'bad', compress: false, open, ...(written ? { written } : {}) },
      ],
      new AbortController().signal,
    );
  await expect(write(() => Promise.reject(new Error('is not there')))).rejects.toThrow('is not there');
  const breaking = async () =>
    Readable.from(
      (async function* () {
        yield Buffer.from('begin');
        throw new Error('broke off');
      })(),
    );
  await expect(write(breaking)).rejects.toThrow('broke off');
  const other = () => {
    throw new Error('another file');
  };
  await expect(write(async () => Readable.from([Buffer.from('x')]), other)).rejects.toThrow('another file');
});

test('a cancelled archive ends', async () => {
  const cancel = new AbortController();
  const endless = async () =>
    Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.alloc(1_000);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      })(),
    );
  const writing = writeArchive(
    path.join(folder, 'x.zip'),
    [{ path: 'endless', compress: false, open: endless }],
    cancel.signal,
  );
  setTimeout(() => cancel.abort(), 20);
  await expect(writing).rejects.toThrow();
});
