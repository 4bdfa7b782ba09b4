import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { collectFiles, inParallel, sha256Of } from './files.ts';

test('a folder gives its pictures and ZIPs at any depth; a file that is named is taken whatever it is', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'maskloop-cli-'));
  await mkdir(path.join(folder, 'deep', 'er'), { recursive: true });
  for (const name of ['b.JPG', 'deep/er/a.png', 'more.zip', 'notes.txt', '.hidden.png']) {
    await writeFile(path.join(folder, name), 'x');
  }
  const files = await collectFiles([folder, path.join(folder, 'notes.txt')]);
  expect(files.map(({ name, isZip }) => [name, isZip])).toEqual([
    ['b.JPG', false],
    ['a.png', false],
    ['more.zip', true],
    ['notes.txt', false],
  ]);
  await expect(collectFiles([path.join(folder, 'none')])).rejects.toThrow('no such file');
});

test('the hash is the one of the bytes', async () => {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'maskloop-cli-')), 'abc');
  await writeFile(file, 'abc');
  expect(await sha256Of(file)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('work in parallel takes every item once and never more than the limit', async () => {
  const seen: number[] = [];
  let now = 0;
  let most = 0;
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(item);
    now -= 1;
  });
  expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});
