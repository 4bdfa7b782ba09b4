import { describe, expect, test } from 'vitest';
import { KNOWN_MODELS, type KnownModelName } from '../known-contracts.ts';
import { ModelContract } from '../manifest.ts';
import { testManifest } from '../testing-models.ts';
import { fromRgba, pixels } from './pixels.ts';
import { encoderInput, preprocessingKey } from './preprocess.ts';

const contract = (name: KnownModelName) => ModelContract.parse(KNOWN_MODELS[name].contract) as never;
const grey = (width: number, height: number, value: number) =>
  pixels(new Uint8Array(width * height * 3).fill(value), { width, height });

describe('encoderInput', () => {
  test('pads on the right and bottom with 0, after normalising', () => {
    const { dims, data } = encoderInput(grey(8, 4, 0), contract('maskloop-448'));
    expect(dims).toEqual([1, 3, 448, 448]);
    const at = (channel: number, y: number, x: number) => data[(channel * 448 + y) * 448 + x];
    expect(at(0, 0, 0)).toBe(Math.fround(Math.fround(-123.675) / Math.fround(58.395)));
    expect(at(2, 223, 447)).toBe(Math.fround(Math.fround(-103.53) / Math.fround(57.375)));
    expect(at(0, 224, 0)).toBe(0);
  });

  test.each<[KnownModelName, number[], number]>([
    [
      'sam-official',
      [1, 3, 1024, 1024],
      Math.fround(Math.fround(200 - Math.fround(123.675)) / Math.fround(58.395)),
    ],
    ['samexporter-sam-preprocess', [512, 1024, 3], 200],
    [
      'transformers-sam2',
      [1, 3, 1024, 1024],
      Math.fround(Math.fround(200 - Math.fround(123.675)) / Math.fround(58.395)),
    ],
    ['efficient-sam', [1, 3, 4, 8], Math.fround(200 / 255)],
  ])('%s gets %j', (name, dims, first) => {
    const input = encoderInput(grey(8, 4, 200), contract(name));
    expect(input.dims).toEqual(dims);
    expect(input.data[0]).toBe(first);
    expect(input.data.length).toBe(dims.reduce((a, b) => a * b));
  });

  test('channels stay in the order red, green, blue in planar and in interleaved layout', () => {
    const dot = pixels(Uint8Array.of(255, 0, 128), { width: 1, height: 1 });
    expect([...encoderInput(dot, contract('efficient-sam')).data]).toEqual([1, 0, Math.fround(128 / 255)]);
    const interleaved = encoderInput(dot, contract('samexporter-sam-preprocess'));
    expect([...interleaved.data.subarray(0, 3)]).toEqual([255, 0, 128]);
  });
});

test('the preprocessing key tells manifests apart that prepare differently', () => {
  expect(preprocessingKey(testManifest())).toBe(
    'pil-bilinear|pad|448|nchw|mean 123.675,116.28,103.53|std 58.395,57.12,57.375',
  );
  const keys = Object.keys(KNOWN_MODELS).map((name) => preprocessingKey(contract(name as KnownModelName)));
  expect(new Set(keys).size).toBe(5);
});

test('canvas pixels lose their alpha', () => {
  expect([...fromRgba(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { width: 2, height: 1 }).data]).toEqual([
    1, 2, 3, 5, 6, 7,
  ]);
});

test('pixels that do not fill their size are refused', () => {
  expect(() => pixels(new Uint8Array(11), { width: 2, height: 2 })).toThrow('need 12 bytes, got 11');
});
