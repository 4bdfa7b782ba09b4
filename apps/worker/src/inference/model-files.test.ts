import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { family, fixtureModel } from '../../../../tests/fixtures/models/index.ts';
import { ModelFiles } from './model-files.ts';

const model = fixtureModel(family('sam-official'));
const hashes = { encoder: model.manifest.encoder.file.sha256, decoder: model.manifest.decoder.file.sha256 };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-model-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

function source(change: (sha256: string, bytes: Uint8Array) => Uint8Array | null = (_, bytes) => bytes) {
  const asked: string[] = [];
  const files = () =>
    new ModelFiles({
      cacheDir: path.join(folder, 'cache'),
      modelsDir: path.join(folder, 'models'),
      fetchModel: async (sha256) => {
        asked.push(sha256);
        const name = sha256 === hashes.encoder ? 'encoder.onnx' : 'decoder.onnx';
        const bytes = change(sha256, model.files[name] ?? new Uint8Array());
        return bytes && Readable.from([Buffer.from(bytes)]);
      },
    });
  return { asked, files };
}

test('files come from the object store once, and from the cache of an earlier process after', async () => {
  const { asked, files } = source();
  const first = files();
  const paths = await first.fetch(model.manifest);
  expect(await readFile(paths.encoder)).toEqual(Buffer.from(model.files['encoder.onnx'] ?? ''));
  await first.fetch(model.manifest);
  await files().fetch(model.manifest);
  expect(asked).toEqual([hashes.encoder, hashes.decoder]);
});

test('a cached file that was changed is fetched again', async () => {
  const { asked, files } = source();
  const { decoder } = await files().fetch(model.manifest);
  await writeFile(decoder, 'something else');
  await files().fetch(model.manifest);
  expect(asked).toEqual([hashes.encoder, hashes.decoder, hashes.decoder]);
});

test('other bytes than the manifest says are refused with both hashes, and nothing is left', async () => {
  const { files } = source((sha256, bytes) => (sha256 === hashes.decoder ? bytes.slice(1) : bytes));
  const again = files();
  await expect(again.fetch(model.manifest)).rejects.toMatchObject({
    code: 'MODEL_FILE_CORRUPT',
    message: expect.stringContaining(hashes.decoder),
  });
  // not remembered either
  await expect(again.fetch(model.manifest)).rejects.toMatchObject({ code: 'MODEL_FILE_CORRUPT' });
});

test('missing everywhere', async () => {
  const { files } = source(() => null);
  await expect(files().fetch(model.manifest)).rejects.toMatchObject({
    code: 'MODEL_FILE_MISSING',
    message: expect.stringContaining('npm run models -- add'),
  });
});

test('the models folder is asked before the object store', async () => {
  const own = path.join(folder, 'models/own');
  await mkdir(own, { recursive: true });
  for (const [name, bytes] of Object.entries(model.files)) await writeFile(path.join(own, name), bytes);
  await writeFile(path.join(own, 'manifest.json'), JSON.stringify(model.manifest));
  const { asked, files } = source();
  await files().fetch(model.manifest);
  expect(asked).toEqual([]);
});

test('data files lie beside their graph under the name it states, and no path leads out', async () => {
  const { encoder } = model.manifest;
  const data = { ...model.manifest.decoder.file, path: 'weights/encoder.data' };
  const { files } = source();
  const paths = await files().fetch({
    ...model.manifest,
    encoder: { ...encoder, external: [data] },
  });
  const beside = path.join(path.dirname(paths.encoder), 'weights/encoder.data');
  expect(await readFile(beside)).toEqual(Buffer.from(model.files['decoder.onnx'] ?? ''));
  const escaping = { ...data, path: '../../escape' };
  await expect(
    source()
      .files()
      .fetch({ ...model.manifest, encoder: { ...encoder, external: [escaping] } }),
  ).rejects.toThrow('leads out of');
});
