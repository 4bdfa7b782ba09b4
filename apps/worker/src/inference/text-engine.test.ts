import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cosine, pixels } from '@maskloop/sam-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textFixture, writeTextFixture } from '../../../../tests/fixtures/models/text-model.ts';
import { loadTextEngine, type TextPaths } from './text-engine.ts';

const fixture = textFixture();
let folder: string;
let paths: TextPaths;
const options = { providers: ['cpu'], threads: 1 } as const;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-text-'));
  writeTextFixture(fixture, folder);
  const at = (name: string) => path.join(folder, name);
  paths = { image: at('image.onnx'), text: at('text.onnx'), tokenizer: at('tokenizer.json') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('phrases and pictures meet in one space, through the tokenizer of the model', async () => {
  const engine = await loadTextEngine(fixture.manifest, paths, options);
  const plain = (...colour: number[]) =>
    pixels(
      Uint8Array.from({ length: 300 }, (_, i) => colour[i % 3] ?? 0),
      { width: 10, height: 10 },
    );
  const [red, blue] = await engine.embedPictures([plain(255, 0, 0), plain(0, 0, 255)]);
  const phrases = await engine.embedPhrases(['RED', 'blue', 'red', 'redo', 'green and blue']);
  expect(phrases.map((each) => [...each])).toEqual([
    [1, -1, -1],
    [-1, -1, 1],
    [1, -1, -1],
    [0, 0, 0],
    [-2, 0, 0],
  ]);
  expect((await engine.embedBackground()).map((each) => [...each])).toEqual([[0, 0, 0]]);
  expect(cosine(red ?? new Float32Array(3), phrases[0] ?? new Float32Array(3))).toBeCloseTo(1);
  expect(cosine(blue ?? new Float32Array(3), phrases[0] ?? new Float32Array(3))).toBeCloseTo(-1 / 3);
  await engine.close();
});

test('a file of another contract, another length of embeddings, and a broken tokenizer are refused', async () => {
  const { manifest } = fixture;
  const other = { ...manifest, text: { ...manifest.text, inputs: { ids: 'input_ids' } } };
  await expect(loadTextEngine(other, paths, options)).rejects.toThrow(
    'text inputs: the manifest says [input_ids], the file has [input_ids, attention_mask]',
  );
  const long = await loadTextEngine({ ...manifest, dim: 4 }, paths, options);
  await expect(long.embedPhrases(['red'])).rejects.toThrow(
    'expected float32 embeddings [1,4], got float32 [1,3]',
  );
  await long.close();
  await expect(loadTextEngine(manifest, { ...paths, tokenizer: paths.text }, options)).rejects.toThrow(
    'the tokenizer cannot be read',
  );
});
