import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../digest.ts';
import { ArchiveWriter } from './archive.ts';
import { ArchiveReader } from './archive-reader.ts';
import { fileNames } from './file-names.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (name: string, signal = new AbortController().signal) =>
  new ArchiveWriter(path.join(folder, name), signal);

test('names are safe, and different on file systems that ignore case, also without their endings', () => {
  const nameOf = fileNames();
  const named = (name: string, digit: string) => nameOf({ name, sha256: digit.repeat(64) });
  expect(named('a.jpg', '1')).toBe('a.jpg');
  expect(named('A.JPG', '2')).toBe('A-22222222.JPG');
  expect(named('a.png', '7')).toBe('a-77777777.png');
  expect(named('../../etc/passwd', '3')).toBe('_.._etc_passwd');
  expect(named('..', '4')).toBe('image');
  expect(named('C:\\x\n|?.png', '5')).toBe('C__x___.png');
  expect(named('사진.png', '6')).toBe('사진.png');
});

test('an archive has the same bytes in every time zone, and gives back what was put in', async () => {
  const zone = process.env.TZ;
  const write = async (name: string): Promise<string> => {
    const archive = open(name);
    const digest = await archive.add('b.txt', 'b'.repeat(1_000));
    expect(digest.bytes).toBe(1_000);
    await archive.add('folder/a.bin', Readable.from([Buffer.from('line 1\nline 2\n')]), { compress: false });
    await archive.close();
    return (await digestOf(path.join(folder, name))).sha256;
  };
  try {
    process.env.TZ = 'Asia/Seoul';
    const first = await write('1.zip');
    process.env.TZ = 'America/Los_Angeles';
    expect(await write('2.zip')).toBe(first);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
  const reader = await ArchiveReader.open(path.join(folder, '1.zip'));
  expect((await reader.bytes('b.txt')).toString()).toBe('b'.repeat(1_000));
  const lines: string[] = [];
  for await (const line of reader.lines('folder/a.bin')) lines.push(line);
  expect(lines).toEqual(['line 1', 'line 2']);
  await expect(reader.bytes('c.txt')).rejects.toThrow('has no c.txt');
  reader.close();
});

test('a file that breaks off ends the archive with its error', async () => {
  const archive = open('x.zip');
  await archive.add('ok', 'ok');
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.from('begin');
      throw new Error('broke off');
    })(),
  );
  await expect(archive.add('bad', breaking)).rejects.toThrow('broke off');
  await expect(archive.close()).rejects.toThrow();
});

test('a cancelled archive ends', async () => {
  const cancel = new AbortController();
  const archive = open('x.zip', cancel.signal);
  const endless = Readable.from(
    (async function* () {
      for (;;) {
        yield Buffer.alloc(1_000);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })(),
  );
  setTimeout(() => cancel.abort(), 20);
  await expect(archive.add('endless', endless, { compress: false })).rejects.toThrow();
});
