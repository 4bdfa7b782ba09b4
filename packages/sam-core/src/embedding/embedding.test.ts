import { describe, expect, test } from 'vitest';
import { seeded } from '../testing.ts';
import { testEmbedding, testManifest } from '../testing-models.ts';
import { decodeEmbedding, encodeEmbedding } from './codec.ts';
import { fromFloat16, toFloat16 } from './float16.ts';
import { decodeTensorFile, encodeTensorFile } from './safetensors.ts';
import { degenerateReason, embeddingStatistics } from './statistics.ts';

const embedding = testEmbedding(testManifest(), { width: 640, height: 427 });

describe('float16', () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // a tie between 0 and the smallest: even
    [2 ** -25 * 1.01, 0x0001],
    [1 + 2 ** -11, 0x3c00], // a tie: even
    [1 + 3 * 2 ** -11, 0x3c02], // a tie: even
    [2 ** -14 - 2 ** -25, 0x0400], // rounds up out of the subnormals
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
  ])('%d is %i', (value, bits) => {
    expect(toFloat16(Float32Array.of(value))[0]).toBe(bits);
  });

  test('every half survives the way there and back', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter(
      (h) => (h & 0x7c00) !== 0x7c00 || !(h & 0x3ff),
    );
    expect(toFloat16(fromFloat16(all))).toEqual(all);
    expect(fromFloat16(toFloat16(Float32Array.of(Number.NaN)))[0]).toBeNaN();
  });

  test('the nearest half is taken, measured against both neighbours', () => {
    const next = seeded(3);
    const values = Float32Array.from(
      { length: 5000 },
      () => (next() / 2 ** 31 - 1) * 2 ** ((next() % 30) - 18),
    );
    const halves = toFloat16(values);
    for (let i = 0; i < values.length; i++) {
      const h = halves[i]!;
      const [at, down, up] = fromFloat16(
        Uint16Array.of(h, Math.max(h & 0x8000, h - 1), h + 1),
      ) as unknown as number[];
      const off = (v: number) => Math.abs(values[i]! - v);
      expect(off(at!)).toBeLessThanOrEqual(Math.min(off(down!), off(up!)));
    }
  });
});

describe('the embedding file', () => {
  test('carries the tensors as float16 and says who made them', () => {
    const bytes = encodeEmbedding(embedding);
    const read = decodeEmbedding(bytes);
    expect(read).toMatchObject({
      encoder: embedding.encoder,
      preprocessing: embedding.preprocessing,
      image: { width: 640, height: 427 },
      side: 448,
      fit: 'pad',
    });
    expect(Object.keys(read.tensors)).toEqual(['embedding', 'highRes0', 'highRes1']);
    read.tensors.embedding!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(embedding.tensors.embedding!.data[i]!, 3);
    });
    // a second round loses nothing more
    expect(encodeEmbedding(read)).toEqual(bytes);
  });

  test('is a safetensors file: length, JSON, aligned data', () => {
    const bytes = encodeEmbedding(embedding);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(header.embedding).toEqual({ dtype: 'F16', shape: [1, 2, 3, 3], data_offsets: [0, 36] });
    expect(bytes.length).toBe(8 + length + 3 * 36);
  });

  test('reads float32 files, unaligned bytes and names beyond ASCII', () => {
    const text = 'Füße 🐾';
    const bytes = encodeTensorFile({
      metadata: { text },
      tensors: { [text]: { dims: [2], data: Float32Array.of(1, 2) } },
    });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeTensorFile(shifted.subarray(1))).toEqual(decodeTensorFile(bytes));
    expect(decodeTensorFile(bytes).metadata.text).toBe(text);
    // as Node's Buffer has it: slice() is a view
    const shared = Object.assign(shifted.subarray(1), { slice: Uint8Array.prototype.subarray });
    expect(decodeTensorFile(shared)).toEqual(decodeTensorFile(bytes));
    const raw = new TextEncoder().encode(`{"${text}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`);
    const file = new Uint8Array(8 + raw.length + 4);
    file[0] = raw.length;
    file.set(raw, 8);
    file.set(new Uint8Array(Float32Array.of(0.1).buffer), 8 + raw.length);
    expect(decodeTensorFile(file).tensors[text]).toEqual({ dims: [1], data: Float32Array.of(0.1) });
  });

  const withHeader = (json: string, body = 0) => {
    const file = new Uint8Array(8 + json.length + body);
    new DataView(file.buffer).setUint32(0, json.length, true);
    file.set(new TextEncoder().encode(json), 8);
    return file;
  };
  test.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(3), 'at least 8 bytes'],
    [
      'a header longer than the file',
      Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 1),
      'may be at most 1, got 255',
    ],
    ['a header of terabytes', Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0, 1), 'may be at most 1'],
    ['a header that is no JSON', withHeader('{nope'), 'no JSON'],
    [
      'a dtype it cannot read',
      withHeader('{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1),
      'header: a.dtype',
    ],
    [
      'data beyond the end',
      withHeader('{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}', 2),
      'does not fit',
    ],
    [
      'a shape of another size',
      withHeader('{"a":{"dtype":"F16","shape":[3],"data_offsets":[0,4]}}', 4),
      'does not fit',
    ],
    ["someone else's metadata", withHeader('{"__metadata__":{"format":"pt"}}'), 'embedding header: format'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeEmbedding(bytes)).toThrow(
      expect.objectContaining({ code: 'EMBEDDING_INVALID', message: expect.stringContaining(message) }),
    );
  });

  test('a value too large for float16 is refused, not written as infinity', () => {
    const tensors = { embedding: { dims: [1], data: Float32Array.of(1e5) } };
    expect(() => encodeEmbedding({ ...embedding, tensors })).toThrow('embedding[0] must be below 65520');
  });
});

describe('a degenerate embedding', () => {
  const of = (...values: number[]) => ({
    ...embedding,
    tensors: { embedding: { dims: [1, 2, 2, 2], data: Float32Array.from(values) } },
  });
  test.each([
    ['a real one', of(1, 2, 3, 4, 5, 6, 7, 8), null],
    ['one constant', of(3, 3, 3, 3, 3, 3, 3, 3), 'embedding is constant'],
    ['all zero', of(0, 0, 0, 0, 0, 0, 0, 0), 'embedding is constant'],
    ['a constant per channel', of(1, 1, 1, 1, 2, 2, 2, 2), 'embedding is the same at every position'],
    ['NaN', of(1, 2, Number.NaN, 4, 5, 6, 7, 8), 'embedding has 1 values that are not finite'],
    [
      'infinity',
      of(1, 2, Number.POSITIVE_INFINITY, 4, Number.NEGATIVE_INFINITY, 6, 7, 8),
      'embedding has 2 values',
    ],
    ['only NaN', of(...new Array(8).fill(Number.NaN)), 'embedding has 8 values'],
  ])('%s', (_, value, reason) => {
    const found = degenerateReason(embeddingStatistics(value));
    if (reason === null) expect(found).toBeNull();
    else expect(found).toContain(reason);
  });

  test('statistics are those of the definition', () => {
    expect(embeddingStatistics(of(1, 2, 3, 4, 5, 6, 7, 8)).embedding).toEqual({
      min: 1,
      max: 8,
      mean: 4.5,
      std: Math.sqrt(5.25),
      spatialStd: Math.sqrt(1.25),
      notFinite: 0,
    });
  });
});

test('bytes whose slice is a view of a larger memory, as Node’s Buffer has it, are read alike', () => {
  class Viewing extends Uint8Array {
    override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
      return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
    }
  }
  const tensors = {
    a: { dims: [2], data: Float32Array.of(1, -2) },
    b: { dims: [1], data: Float32Array.of(3) },
  };
  const bytes = new Viewing(encodeTensorFile({ metadata: {}, tensors }));
  expect(decodeTensorFile(bytes).tensors).toEqual(tensors);
});
