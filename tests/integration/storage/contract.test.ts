import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createStore, DiskStore, type ObjectStore, S3Store } from '@maskloop/storage';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function text(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

interface Place {
  readonly store: ObjectStore;
  readonly end: () => Promise<void>;
}

async function onDisk(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-store-'));
  const store = new DiskStore(path.join(folder, 'not', 'there', 'yet'));
  return { store, end: () => rm(folder, { recursive: true, force: true }) };
}

async function onS3(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-s3-'));
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder });
  const { port } = await server.run();
  const store = createStore({
    STORAGE_DIR: 'unused',
    S3_BUCKET: 'maskloop-test',
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_ACCESS_KEY_ID: 'S3RVER',
    S3_SECRET_ACCESS_KEY: 'S3RVER',
  });
  expect(store).toBeInstanceOf(S3Store);
  return {
    store,
    end: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// one contract: what differs between stores must not show
describe.each([
  ['disk', onDisk],
  ['s3', onS3],
] as const)('object store: %s', (kind, open) => {
  let store: ObjectStore;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ store, end } = await open());
    await store.check();
    await store.check();
  });
  afterAll(() => end());

  test('bytes and streams come back as they went in, with size and hash', async () => {
    const bytes = randomBytes(100_000);
    const expected = { bytes: bytes.length, sha256: sha256(bytes) };
    expect(await store.put('put/bytes', bytes, { contentType: 'image/png' })).toEqual(expected);
    expect(await store.put('put/stream', Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]))).toEqual(
      expected,
    );
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 9_999) yield bytes.subarray(at, at + 9_999);
    }
    expect(await store.put('put/pieces', pieces())).toEqual(expected);
    for (const key of ['put/bytes', 'put/stream', 'put/pieces']) {
      expect(sha256(await store.getBytes(key))).toBe(expected.sha256);
      expect(await store.head(key)).toMatchObject({ bytes: bytes.length });
    }
  });

  test('an empty object is an object', async () => {
    expect(await store.put('empty', Readable.from([]))).toMatchObject({ bytes: 0 });
    expect(await store.getBytes('empty')).toHaveLength(0);
    expect(await store.head('empty')).toMatchObject({ bytes: 0 });
  });

  test('an object larger than one part arrives whole', async () => {
    const block = randomBytes(1_000_000);
    const hash = createHash('sha256');
    async function* blocks() {
      for (let i = 0; i < 20; i++) {
        hash.update(block);
        yield block;
      }
    }
    const result = await store.put('large', blocks());
    expect(result).toEqual({ bytes: 20_000_000, sha256: hash.digest('hex') });
    expect(sha256(await store.getBytes('large'))).toBe(result.sha256);
  });

  test('ranges include both ends', async () => {
    await store.put('range', Buffer.from('0123456789'));
    expect(await text(await store.get('range', { start: 2, end: 4 }))).toBe('234');
    expect(await text(await store.get('range', { start: 7 }))).toBe('789');
  });

  test('what is not there is NOT_FOUND, has no head, and is removed without complaint', async () => {
    await expect(store.get('nowhere/at-all')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(store.getBytes('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await store.head('nowhere')).toBeNull();
    await store.remove('nowhere');
    await store.put('here', Buffer.from('x'));
    await store.remove('here');
    expect(await store.head('here')).toBeNull();
  });

  test('a second put replaces the first', async () => {
    await store.put('replaced', Buffer.from('old'));
    await store.put('replaced', Buffer.from('newer'));
    expect(Buffer.from(await store.getBytes('replaced')).toString()).toBe('newer');
  });

  test('a source that breaks leaves nothing, and the old object as it was', async () => {
    await store.put('kept/object', Buffer.from('old'));
    async function* breaking() {
      yield Buffer.from('half');
      throw new Error('the sender went away');
    }
    await expect(store.put('kept/object', breaking())).rejects.toThrow('the sender went away');
    await expect(store.put('kept/new', Readable.from(breaking()))).rejects.toThrow('the sender went away');
    const keys = [];
    for await (const { key } of store.list('kept/')) keys.push(key);
    expect(keys).toEqual(['kept/object']);
    expect(Buffer.from(await store.getBytes('kept/object')).toString()).toBe('old');
  });

  test('lists by prefix, in the order of keys', async () => {
    const wanted = ['list/a/1', 'list/a/2', 'list/a.x', 'list/b', 'listed'];
    for (const key of [...wanted].reverse()) await store.put(key, Buffer.from(key));
    const all = async (prefix: string) => {
      const found = [];
      for await (const object of store.list(prefix)) found.push(object);
      // S3 sorts; s3rver, which stands in for it, walks folder by folder
      return kind === 's3' ? found.sort((a, b) => (a.key < b.key ? -1 : 1)) : found;
    };
    expect((await all('list/')).map(({ key }) => key)).toEqual([
      'list/a.x',
      'list/a/1',
      'list/a/2',
      'list/b',
    ]);
    expect((await all('list/a')).map(({ key }) => key)).toEqual(['list/a.x', 'list/a/1', 'list/a/2']);
    expect((await all('list')).map(({ key }) => key)).toContain('listed');
    expect(await all('list/nothing/')).toEqual([]);
    expect((await all('listed'))[0]).toEqual({ key: 'listed', bytes: 6 });
  });

  test.each([
    '../etc/passwd',
    'a/../../b',
    '/etc/passwd',
    'a//b',
    'a/./b',
    '.hidden',
    'a\\b',
    'a\0b',
    '',
    'a/',
    'ü',
  ])('refuses %j as a key', async (key) => {
    await expect(store.put(key, Buffer.from('x'))).rejects.toThrow(/not an object key/);
    await expect(store.get(key)).rejects.toThrow(/not an object key/);
    await expect(store.remove(key)).rejects.toThrow(/not an object key/);
  });

  test('gives out an address, or says that it has none', async () => {
    await store.put('signed', Buffer.from('signed bytes'));
    const url = await store.signedUrl('signed', { expiresInSeconds: 60, fileName: 'größe.zip' });
    if (kind === 'disk') expect(url).toBeNull();
    else {
      const answer = await fetch(url ?? '');
      expect(await answer.text()).toBe('signed bytes');
      expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent('größe.zip'));
    }
  });
});

describe('disk store', () => {
  test('a full disk is STORAGE_FULL and leaves nothing behind', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-full-'));
    try {
      const store = new DiskStore(folder);
      async function* tooMuch() {
        yield Buffer.from('some');
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      }
      await expect(store.put('full', tooMuch())).rejects.toMatchObject({
        code: 'STORAGE_FULL',
        message: expect.stringContaining(folder),
      });
      expect(await readdir(path.join(folder, '.unfinished'))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('forgets what a killed process left, once it is old', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-left-'));
    try {
      const store = new DiskStore(folder);
      await store.check();
      const [old, young] = ['old', 'young'].map((name) => path.join(folder, '.unfinished', name));
      await writeFile(old ?? '', 'x');
      await writeFile(young ?? '', 'x');
      await utimes(old ?? '', new Date(0), new Date(0));
      await store.check();
      expect(await readdir(path.join(folder, '.unfinished'))).toEqual(['young']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('a file in the place of the folder is an error that says so', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-file-'));
    try {
      await writeFile(path.join(folder, 'file'), 'x');
      await expect(new DiskStore(path.join(folder, 'file')).check()).rejects.toThrow(/ENOTDIR|EEXIST/);
      await symlink(path.join(folder, 'file'), path.join(folder, 'link'));
      const store = new DiskStore(folder);
      const keys = [];
      for await (const { key } of store.list('')) keys.push(key);
      expect(keys).toEqual(['file']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
