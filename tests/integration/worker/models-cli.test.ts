import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { models, textModels } from '@maskloop/db';
import { type FreshDatabase, freshDatabase } from '@maskloop/db/testing';
import { TextModelManifest } from '@maskloop/sam-core';
import { blobKeys, DiskStore } from '@maskloop/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { family, fixtureModel, writeFixture } from '../../fixtures/models/index.ts';
import { textFixture, writeTextFixture } from '../../fixtures/models/text-model.ts';
import { buildWorker, EMBEDDED, embeddedManifest } from './stack.ts';

let database: FreshDatabase;
let folder: string;
let program: string;
let store: DiskStore;
/** of the embedded model */
let embedded: string;

beforeAll(async () => {
  embedded = (await embeddedManifest()).id;
  database = await freshDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-models-cli-'));
  program = buildWorker();
  store = new DiskStore(path.join(folder, 'blobs'));
});
afterAll(async () => {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
  await rm(program, { recursive: true, force: true });
});

async function cli(...args: string[]): Promise<{ code: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, [path.join(program, 'cli-models.js'), ...args], {
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      TMPDIR: folder,
      DATABASE_URL: database.url,
      STORAGE_DIR: path.join(folder, 'blobs'),
      MODELS_DIR: path.join(EMBEDDED, '..'),
      ORT_PROVIDERS: 'cuda,cpu',
      ORT_THREADS: '1',
    },
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (error += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, error };
}

test('list names what can be added', async () => {
  const { code, out } = await cli('list');
  expect(code).toBe(0);
  expect(out).toMatch(/registered:\n {2}none/);
  expect(out).toMatch(new RegExp(`${embedded} .* complete`));
  expect(out).toMatch(/sam-vit-b .*Apache-2\.0 {2}needs --from/);
  expect(out).toMatch(/slimsam-77 .* download/);
});

test('add registers the embedded model, puts its files into the object store, and verify runs it', async () => {
  const added = await cli('add', embedded);
  expect(added).toMatchObject({ code: 0, error: '' });
  expect(added.out).toMatch(/encoder\.onnx: \d+ bytes, SHA-256 [0-9a-f]{64} \(as expected\)/);
  const row = await models.byName(database.db, embedded);
  expect(row).toMatchObject({ family: 'maskloop', state: 'registered' });
  expect(await store.head(blobKeys.model(row?.encoderSha256 ?? ''))).not.toBeNull();
  const again = await cli('add', embedded);
  expect(again.out).toContain('is registered already');

  const verified = await cli('verify');
  expect(verified).toMatchObject({ code: 0, error: '' });
  expect(verified.out).toMatch(
    /: cpu, load \d+ ms, encoder \d+ ms, decoder [\d.]+ ms, .* gives a mask of \d+ px/,
  );
});

test('a known model is taken from a folder; its hashes are recorded and other files refused later', async () => {
  const fixture = fixtureModel(family('sam-official'));
  const downloads = path.join(folder, 'downloads');
  await mkdir(downloads);
  await writeFile(path.join(downloads, 'sam_vit_b_01ec64.encoder.onnx'), fixture.files['encoder.onnx'] ?? '');
  await writeFile(path.join(downloads, 'sam_vit_b_01ec64.decoder.onnx'), fixture.files['decoder.onnx'] ?? '');
  const added = await cli('add', 'sam-vit-b', '--from', downloads);
  expect(added).toMatchObject({ code: 0, error: '' });
  expect(added.out).toContain('(recorded)');
  expect(await models.byName(database.db, 'sam-vit-b')).toMatchObject({
    encoderSha256: fixture.manifest.encoder.file.sha256,
    decoderSha256: fixture.manifest.decoder.file.sha256,
  });
  const other = fixtureModel(family('sam-official-single'));
  await writeFile(path.join(downloads, 'sam_vit_b_01ec64.decoder.onnx'), other.files['decoder.onnx'] ?? '');
  const refused = await cli('add', 'sam-vit-b', '--from', downloads);
  expect(refused.code).toBe(1);
  expect(refused.error).toMatch(/decoder\.onnx: the manifest says .* found .* bytes with/);
});

test('a file that lost its bytes is found by verify', async () => {
  const row = await models.byName(database.db, 'sam-vit-b');
  await store.put(blobKeys.model(row?.decoderSha256 ?? ''), new Uint8Array([1]));
  const { code, out } = await cli('verify', 'sam-vit-b');
  expect(code).toBe(1);
  expect(out).toMatch(/sam-vit-b: NOT in order: .*found 1 bytes/);
});

test('files of another export are refused with both sides', async () => {
  const wrong = path.join(folder, 'wrong');
  const fixture = fixtureModel(family('samexporter-sam2'));
  const manifest = structuredClone(fixture.manifest);
  manifest.decoder.inputs.coords = 'coords';
  writeFixture({ ...fixture, manifest: { ...manifest, id: 'wrong' } }, wrong);
  const { code, error } = await cli('add', path.join(wrong, 'manifest.json'));
  expect(code).toBe(1);
  expect(error).toMatch(/the manifest says \[.*coords.*\], the file has \[.*point_coords/);
  expect(await models.byName(database.db, 'wrong')).toBeNull();
});

test('add registers a text model, list and verify name it, and files that were swapped are refused', async () => {
  const texts = path.join(folder, 'texts');
  const fixture = textFixture();
  writeTextFixture(fixture, texts);
  const added = await cli('add', path.join(texts, 'manifest.json'));
  expect(added).toMatchObject({ code: 0, error: '' });
  expect(added.out).toMatch(
    /fixture-colours: cpu, image encoder \d+ ms a picture, .* cosine of a red and a blue/,
  );
  expect(added.out).toContain('fixture-colours is registered');
  const row = await textModels.byName(database.db, 'fixture-colours');
  expect(TextModelManifest.parse(row?.manifest)).toEqual(fixture.manifest);
  expect(await store.head(blobKeys.model(fixture.manifest.tokenizer.file.sha256))).not.toBeNull();
  expect((await cli('list')).out).toMatch(/registered text models:\n {2}fixture-colours {2}clip/);
  expect(await cli('verify', 'fixture-colours')).toMatchObject({
    code: 0,
    out: expect.stringContaining('fixture-colours: 3 files have the hashes of the manifest'),
  });
  // without hashes they are recorded; of a model that is known they are compared
  const { image, text, tokenizer, ...rest } = fixture.manifest;
  const bare = <P extends { file: { path: string } }>(part: P) => ({
    ...part,
    file: { path: part.file.path, sha256: null, bytes: null },
  });
  const open = { ...rest, image: bare(image), text: bare(text), tokenizer: bare(tokenizer) };
  await writeFile(path.join(texts, 'open.json'), JSON.stringify(open));
  await writeFile(path.join(texts, 'tokenizer.json'), '{}');
  const swapped = await cli('add', path.join(texts, 'open.json'));
  expect(swapped.code).toBe(1);
  expect(swapped.error).toMatch(/tokenizer\.json: the manifest says/);
  // the two encoders taken for each other
  await writeFile(
    path.join(texts, 'crossed.json'),
    JSON.stringify({ ...fixture.manifest, id: 'crossed', image: { ...image, file: text.file } }),
  );
  writeTextFixture(fixture, texts);
  const crossed = await cli('add', path.join(texts, 'crossed.json'));
  expect(crossed.code).toBe(1);
  expect(crossed.error).toMatch(/image inputs: the manifest says \[pixel_values\], the file has \[input_ids/);
  expect(await textModels.byName(database.db, 'crossed')).toBeNull();
});

test('what is not to be had is said, with what to do', async () => {
  const byHand = await cli('add', 'sam-vit-h');
  expect(byHand.code).toBe(1);
  expect(byHand.error).toContain('npm run models -- add sam-vit-h --from <folder>');
  expect(byHand.error).toContain('sam_vit_h_4b8939.encoder.onnx');
  expect(byHand.error).toContain('samexporter');
  // a name that no resolver knows stands for a machine without a network
  const template = path.join(folder, 'nowhere.template.json');
  const file = (name: string) => ({
    path: name,
    sha256: null,
    bytes: null,
    url: `https://models.invalid/${name}`,
  });
  await writeFile(
    template,
    JSON.stringify({
      id: 'nowhere',
      title: 'Nowhere',
      license: 'Apache-2.0',
      source: 'https://models.invalid',
      note: '',
      contract: 'transformers-sam',
      encoder: { file: file('encoder.onnx') },
      decoder: { file: file('decoder.onnx') },
    }),
  );
  const offline = await cli('add', template);
  expect(offline.code).toBe(1);
  expect(offline.error).toMatch(/could not be downloaded \(https:\/\/models\.invalid\/encoder\.onnx: /);
  expect(offline.error).toContain('--from <folder>');
  const unknown = await cli('add', 'no-such-model');
  expect(unknown.error).toContain('no model is called no-such-model');
  const usage = await cli('remove');
  expect(usage).toMatchObject({ code: 2 });
});
