import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type DbClient, embeddings, images, jobs } from '@maskloop/db';
import {
  type FreshDatabase,
  freshDatabase,
  type MadeProject,
  makeModel,
  makeProject,
} from '@maskloop/db/testing';
import { encodeJobKey } from '@maskloop/domain';
import { type IngestResult, ingestFile, ingestZip } from '@maskloop/ingest';
import { blobKeys, DiskStore, type ObjectStore } from '@maskloop/storage';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';

let fresh: FreshDatabase;
let db: DbClient;
let folder: string;
let store: ObjectStore;
let project: MadeProject;
let model: { id: string; encoderSha256: string };
const dispatched: string[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-ingest-'));
  store = new DiskStore(path.join(folder, 'blobs'));
  model = await makeModel(db);
  project = await makeProject(db, { modelVersionId: model.id });
  dispatched.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ENV = { MAX_UPLOAD_BYTES: 2_000_000, MAX_IMAGE_PIXELS: 1_000_000 };
const target = () => ({
  db,
  store,
  env: ENV,
  projectId: project.id,
  userId: project.ownerId,
  dispatch: async (ids: readonly string[]) => dispatched.push(...ids),
});

const png = (shade: number) =>
  sharp({ create: { width: 30, height: 20, channels: 3, background: { r: shade, g: 10, b: 10 } } })
    .png()
    .toBuffer();

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, bytes);
  return at;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a file', () => {
  test('becomes an image, three blobs and an encode job, dispatched after the commit', async () => {
    const bytes = await png(1);
    const result = await ingestFile({ ...target(), path: await file('upload', bytes), name: 'one.png' });
    if (result.status !== 'added') throw new Error(JSON.stringify(result));
    const sha = sha256(bytes);
    expect(await images.forBlob(db, result.imageId)).toMatchObject({
      name: 'one.png',
      sha256: sha,
      format: 'png',
      width: 30,
      height: 20,
      bytes: bytes.length,
    });
    expect(Buffer.from(await store.getBytes(blobKeys.original(sha)))).toEqual(bytes);
    expect(await sharp(await store.getBytes(blobKeys.display(sha))).metadata()).toMatchObject({ width: 30 });
    expect(await store.head(blobKeys.thumbnail(sha))).not.toBeNull();
    expect(dispatched).toHaveLength(1);
    expect(await jobs.get(db, dispatched[0] ?? '')).toMatchObject({
      name: 'image.encode',
      key: encodeJobKey(result.imageId, model.id),
      payload: { imageId: result.imageId, modelVersionId: model.id },
      state: 'pending',
      requestedById: project.ownerId,
    });
    expect((await images.forEditor(db, result.imageId))?.embedding).toBe('queued');
  });

  test('the same bytes again are a duplicate; in another project with a known embedding no job is needed', async () => {
    const bytes = await png(2);
    const at = await file('upload', bytes);
    const first = await ingestFile({ ...target(), path: at, name: 'a.png' });
    const again = await ingestFile({ ...target(), path: at, name: 'b.png' });
    expect(again).toEqual({ ...first, status: 'duplicate', name: 'b.png' });
    await embeddings.upsert(
      db,
      { imageSha256: sha256(bytes), encoderSha256: model.encoderSha256 },
      {
        storageKey: 'k',
        bytes: 1,
        shapes: {},
        stats: { min: 0, max: 1, mean: 0, std: 1, nonFinite: 0 },
        encodeMs: 1,
      },
    );
    dispatched.length = 0;
    const other = await makeProject(db, { modelVersionId: model.id });
    const copy = await ingestFile({ ...target(), projectId: other.id, path: at, name: 'c.png' });
    expect(copy.status).toBe('added');
    expect(dispatched).toEqual([]);
  });

  test('sent many times at once is one image and one job', async () => {
    const at = await file('upload', await png(3));
    const results = await Promise.all(
      Array.from({ length: 5 }, (_, i) => ingestFile({ ...target(), path: at, name: `${i}.png` })),
    );
    expect(results.map((result) => result.status).sort()).toEqual([
      'added',
      'duplicate',
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
    expect(dispatched).toHaveLength(1);
  });

  test('a BMP is kept as PNG, and noticed when it comes again', async () => {
    const width = 9;
    const bmp = Buffer.alloc(54 + 28 * 4, 77);
    bmp.fill(0, 0, 54);
    bmp.write('BM');
    bmp.writeUInt32LE(bmp.length, 2);
    bmp.writeUInt32LE(54, 10);
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(width, 18);
    bmp.writeInt32LE(4, 22);
    bmp.writeUInt16LE(1, 26);
    bmp.writeUInt16LE(24, 28);
    const at = await file('upload', bmp);
    const first = await ingestFile({ ...target(), path: at, name: 'scan.bmp' });
    if (first.status !== 'added') throw new Error(JSON.stringify(first));
    const row = await images.forBlob(db, first.imageId);
    expect(row).toMatchObject({ name: 'scan.bmp', format: 'png', width, height: 4 });
    const kept = await store.getBytes(blobKeys.original(row?.sha256 ?? ''));
    expect(sha256(kept)).toBe(row?.sha256);
    expect([...(await sharp(kept).raw().toBuffer()).subarray(0, 3)]).toEqual([77, 77, 77]);
    expect((await ingestFile({ ...target(), path: at, name: 'scan.bmp' })).status).toBe('duplicate');
    expect(await readdir(folder)).not.toContain('upload.png');
  });

  test('that cannot be taken is refused with its reason and leaves nothing', async () => {
    const refused = await ingestFile({
      ...target(),
      path: await file('upload', Buffer.from('text')),
      name: 'x.png',
    });
    expect(refused).toMatchObject({ name: 'x.png', status: 'refused', code: 'IMAGE_UNREADABLE' });
    const long = await ingestFile({
      ...target(),
      path: await file('upload', await png(9)),
      name: 'n'.repeat(300),
    });
    expect(long).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('255') });
    expect((await images.countsByStatus(db, project.id)).total).toBe(0);
    expect(dispatched).toEqual([]);
  });
});

describe('a ZIP', () => {
  async function zipped(fill: (zip: ZipFile) => void): Promise<string> {
    const zip = new ZipFile();
    fill(zip);
    zip.end();
    const at = path.join(folder, 'upload.zip');
    await pipeline(zip.outputStream as NodeJS.ReadableStream, createWriteStream(at));
    return at;
  }

  async function takeIn(at: string, more: object = {}): Promise<IngestResult[]> {
    const results: IngestResult[] = [];
    for await (const result of ingestZip({ ...target(), ...more, path: at, name: 'upload.zip' }))
      results.push(result);
    // nothing but the ZIP and what was stored is left
    expect((await readdir(folder)).filter((name) => name.includes('entries'))).toEqual([]);
    return results;
  }

  const short = (results: IngestResult[]) =>
    results.map((result) => [result.name, result.status === 'refused' ? result.code : result.status]);

  test('gives one result per picture; the good ones are taken, the bad ones named', async () => {
    const [a, b] = [await png(11), await png(12)];
    const at = await zipped((zip) => {
      zip.addEmptyDirectory('train');
      zip.addBuffer(a, 'train/a.png');
      zip.addBuffer(Buffer.from('no picture'), 'train/broken.jpg');
      zip.addBuffer(b, 'val/a.png', { compress: false });
      zip.addBuffer(a, 'again.png');
      zip.addBuffer(Buffer.from('x'), '__MACOSX/._a.png');
      zip.addBuffer(Buffer.from('x'), 'train/.DS_Store');
      zip.addBuffer(Buffer.from('labels'), 'labels.csv');
      zip.addBuffer(a, 'größe.png');
    });
    expect(short(await takeIn(at))).toEqual([
      ['train/a.png', 'added'],
      ['train/broken.jpg', 'IMAGE_UNREADABLE'],
      ['val/a.png', 'added'],
      ['again.png', 'duplicate'],
      ['labels.csv', 'IMAGE_UNREADABLE'],
      ['größe.png', 'duplicate'],
    ]);
  });

  test('names that climb out, links, ZIPs inside and locked entries are refused one by one', async () => {
    const picture = await png(13);
    const inner = Buffer.from('PK\x03\x04 and so on', 'latin1');
    const at = await zipped((zip) => {
      zip.addBuffer(picture, 'up/up/evil.png');
      zip.addBuffer(picture, 'C/evil.png');
      zip.addBuffer(inner, 'inner.zip');
      zip.addBuffer(inner, 'disguised.png');
      zip.addBuffer(Buffer.from('/etc/passwd'), 'link.png', { mode: 0o120777 });
      zip.addBuffer(picture, 'good.png');
    });
    // yazl refuses such names itself: write them into both headers
    let bytes: Buffer = await readFile(at);
    bytes = replaced(bytes, 'up/up/evil.png', '../../evil.png');
    bytes = replaced(bytes, 'C/evil.png', '/\\evil.png');
    await writeFile(at, bytes);
    const results = await takeIn(at);
    expect(short(results).map(([, outcome]) => outcome)).toEqual([
      'INVALID_INPUT',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'added',
    ]);
    expect(results.slice(2, 5).map((result) => 'message' in result && result.message)).toEqual([
      expect.stringContaining('ZIP inside a ZIP'),
      expect.stringContaining('ZIP inside a ZIP'),
      expect.stringContaining('a link'),
    ]);
  });

  test('bombs: entries over the limit, absurd ratios, and all together', async () => {
    const zeros = Buffer.alloc(3_000_000);
    const at = await zipped((zip) => {
      zip.addBuffer(zeros, 'over.bmp');
      zip.addBuffer(zeros.subarray(0, 1_900_000), 'b.bmp');
    });
    expect(short(await takeIn(at))).toEqual([
      ['over.bmp', 'IMAGE_TOO_LARGE'],
      ['b.bmp', 'IMAGE_UNREADABLE'],
    ]);
    const bomb = await zipped((zip) => zip.addBuffer(Buffer.alloc(30_000_000), 'flat.bmp'));
    const [ratio] = await takeIn(bomb, { env: { ...ENV, MAX_UPLOAD_BYTES: 100_000_000 } });
    expect(ratio).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringMatching(/times its size; 200 times/),
    });
    const many = await zipped((zip) => {
      for (let i = 0; i < 30; i++) zip.addBuffer(Buffer.alloc(1_000, i), `${i}.png`);
      zip.addBuffer(Buffer.alloc(1_000), 'never.png');
    });
    const results = await takeIn(many, { env: { ...ENV, MAX_UPLOAD_BYTES: 1_000 } });
    expect(results).toHaveLength(21);
    expect(results.at(-1)).toMatchObject({
      message: expect.stringContaining('more than is taken in at once'),
    });
  });

  test('that is damaged says so, after what could be read', async () => {
    expect(await takeIn(await file('upload.zip', Buffer.from('PK\x03\x04 nonsense', 'latin1')))).toEqual([
      {
        name: 'upload.zip',
        status: 'refused',
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/cannot be read as a ZIP/),
      },
    ]);
    const picture = await png(14);
    const at = await zipped((zip) => {
      zip.addBuffer(picture, 'fine.png');
      zip.addBuffer(Buffer.alloc(5_000, 7), 'flipped.png');
    });
    const bytes = await readFile(at);
    const from = bytes.indexOf('flipped.png') + 'flipped.png'.length;
    bytes.fill(0xff, from, from + 4);
    await writeFile(at, bytes);
    expect(short(await takeIn(at))).toEqual([
      ['fine.png', 'added'],
      ['flipped.png', 'IMAGE_UNREADABLE'],
    ]);
  });
});

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}
