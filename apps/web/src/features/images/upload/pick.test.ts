import { expect, test } from 'vitest';
import { filesOfDrop, filesOfInput, isClutter, looksUploadable } from './pick.ts';

interface Tree {
  [name: string]: Tree | string;
}

/** A folder whose reader hands out `batch` entries a call, as browsers do. */
function entryOf(name: string, node: Tree | string, parent = '', batch = 100): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  if (typeof node === 'string') {
    return {
      name,
      fullPath,
      isFile: true,
      isDirectory: false,
      file: (resolve: (file: File) => void) => resolve(new File([node], name)),
    } as unknown as FileSystemEntry;
  }
  const children = Object.entries(node).map(([child, value]) => entryOf(child, value, fullPath, batch));
  return {
    name,
    fullPath,
    isFile: false,
    isDirectory: true,
    createReader() {
      let at = 0;
      return {
        readEntries(resolve: (entries: FileSystemEntry[]) => void) {
          resolve(children.slice(at, at + batch));
          at += batch;
        },
      };
    },
  } as unknown as FileSystemEntry;
}

function itemOf(entry: FileSystemEntry | null, file: File | null = null): DataTransferItem {
  return {
    kind: 'file',
    webkitGetAsEntry: () => entry,
    getAsFile: () => file,
  } as unknown as DataTransferItem;
}

test('folders are walked to the bottom and files keep their path', async () => {
  const tree = { plate: { a: { 'x.jpg': '1', deep: { 'y.png': '2' } }, 'z.zip': '3' } };
  const picked = await filesOfDrop([itemOf(entryOf('plate', tree.plate)), itemOf(entryOf('top.jpg', '4'))]);
  expect(picked.map(({ path }) => path)).toEqual([
    'plate/a/x.jpg',
    'plate/a/deep/y.png',
    'plate/z.zip',
    'top.jpg',
  ]);
});

test('a folder of more files than one call hands out is read to the end', async () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${i}.jpg`, 'x']));
  expect(await filesOfDrop([itemOf(entryOf('many', many))])).toHaveLength(250);
});

test('a browser without entries gives plain files; dragged text gives nothing', async () => {
  const text = { kind: 'string' } as DataTransferItem;
  const picked = await filesOfDrop([itemOf(null, new File(['x'], 'a.jpg')), text]);
  expect(picked.map(({ path }) => path)).toEqual(['a.jpg']);
});

test('what systems leave in folders is left out', async () => {
  const folder = {
    '.DS_Store': '',
    __MACOSX: { 'a.jpg': '' },
    'Thumbs.db': '',
    '.git': { 'b.png': '' },
    'c.jpg': 'x',
  };
  const picked = await filesOfDrop([itemOf(entryOf('f', folder))]);
  expect(picked.map(({ path }) => path)).toEqual(['f/c.jpg']);
  expect(filesOfInput([new File([''], '.hidden.jpg')])).toEqual([]);
});

test.each([
  ['a.JPG', true],
  ['folder/b.tiff', true],
  ['scan.heic', false],
  ['all.zip', true],
  ['notes.txt', false],
  ['jpg', false],
  ['a.jpg.exe', false],
])('%s is sent: %s', (path, expected) => {
  expect(looksUploadable(path)).toBe(expected);
});

test('a leading dot anywhere in the path is clutter', () => {
  expect(isClutter('a/.thumbs/x.jpg')).toBe(true);
  expect(isClutter('a/x.y.jpg')).toBe(false);
});
