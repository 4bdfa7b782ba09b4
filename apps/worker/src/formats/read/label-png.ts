import { inflateSync } from 'node:zlib';
import type { Size } from '@maskloop/sam-core';
import { decode } from 'fast-png';
import { Unreadable } from './common.ts';

/** A PNG whose pixels are labels and not colours. */
export interface LabelPng extends Size {
  /** one value per pixel, row-major: the grey value, the palette's index, or R + 256 G + 65536 B */
  readonly labels: Uint32Array;
  readonly kind: 'grey' | 'palette' | 'rgb';
}

/** As large as the largest picture that is taken in by default, twice over. */
const MOST_PIXELS = 200_000_000;
const NEEDED = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Reads a label picture exactly: palettes are not turned into colours, and no colour space is applied.
 * @throws Unreadable for what is no PNG, is too large, or unpacks to more than its size says
 */
export function readLabelPng(bytes: Uint8Array): LabelPng {
  const { needed, width, height, depth, colour } = checked(bytes);
  let png: ReturnType<typeof decode>;
  try {
    png = decode(needed);
  } catch (error) {
    throw new Unreadable(`the PNG is damaged: ${(error as Error).message}`);
  }
  const { data } = png;
  const channels = CHANNELS[colour] ?? 1;
  const labels = new Uint32Array(width * height);
  if (depth < 8) {
    const perRow = Math.ceil((width * depth) / 8);
    const mask = 2 ** depth - 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const bit = x * depth;
        const byte = data[y * perRow + (bit >> 3)] ?? 0;
        labels[y * width + x] = (byte >> (8 - depth - (bit & 7))) & mask;
      }
    }
  } else if (channels >= 3) {
    if (depth === 16) throw new Unreadable('colours of 16 bits are no labels');
    for (let i = 0; i < labels.length; i++) {
      const at = i * channels;
      labels[i] = (data[at] ?? 0) + 256 * (data[at + 1] ?? 0) + 65_536 * (data[at + 2] ?? 0);
    }
  } else {
    for (let i = 0; i < labels.length; i++) labels[i] = data[i * channels] ?? 0;
  }
  return { width, height, labels, kind: colour === 3 ? 'palette' : channels >= 3 ? 'rgb' : 'grey' };
}

/** Whether the header is that of a picture whose pixels can be labels without a table of colours. */
export function isGreyOrPalette(bytes: Uint8Array): boolean {
  return bytes.length > 26 && isPng(bytes) && (bytes[25] === 0 || bytes[25] === 3);
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
}

/**
 * The header's facts and the chunks that hold the pixels. A small file can unpack to any amount, so it is unpacked
 * once with the limit its size sets; the other chunks, which may be packed as well, are left out.
 */
function checked(bytes: Uint8Array) {
  if (bytes.length < 33 || !isPng(bytes)) throw new Unreadable('is no PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, interlaced] = [bytes[24] ?? 0, bytes[25] ?? 0, bytes[28] ?? 0];
  if (width * height > MOST_PIXELS || width === 0 || height === 0) {
    throw new Unreadable(`a label picture may have ${MOST_PIXELS} pixels, this one has ${width} x ${height}`);
  }
  if (interlaced !== 0) throw new Unreadable('an interlaced PNG is not read; save it without interlacing');
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  const packed: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) throw new Unreadable('the PNG ends too early');
    if (NEEDED.has(type)) parts.push(bytes.subarray(at, end));
    if (type === 'IDAT') packed.push(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  const row = 1 + Math.ceil((width * depth * (CHANNELS[colour] ?? 1)) / 8);
  try {
    const unpacked = inflateSync(Buffer.concat(packed), { maxOutputLength: row * height });
    if (unpacked.length < row * height) throw new Error('pixels are missing');
  } catch (error) {
    throw new Unreadable(`the PNG does not unpack to its size: ${(error as Error).message}`);
  }
  return { needed: Buffer.concat(parts), width, height, depth, colour };
}
