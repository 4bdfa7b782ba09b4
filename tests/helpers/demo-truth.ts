// What the demo's pictures really show: exact masks of everything in them, and where a careful person would click.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRle } from '@maskloop/sam-core';
import sharp from 'sharp';
import { decodeCounts } from './coco-reader.ts';
import type { ImagePoint } from './editor-driver.ts';

const DEMO = path.join(import.meta.dirname, '..', '..', 'demo');

/** One bit per pixel, row by row. */
export interface Bits {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

interface SceneObject {
  readonly id: number;
  readonly class: string;
  readonly parent: number | null;
  /** left, top, width, height */
  readonly box: readonly [number, number, number, number];
}
interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly masks: { readonly wholes: string };
  readonly objects: readonly SceneObject[];
}

export interface TrueObject {
  readonly name: string;
  readonly bits: Bits;
  readonly box: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

const pictures = (async () => {
  const scenes = JSON.parse(await readFile(path.join(DEMO, 'scenes.json'), 'utf8')) as {
    pictures: Picture[];
  };
  return new Map(scenes.pictures.map((picture) => [picture.name, picture]));
})();

/**
 * A whole object of a demo picture.
 * @param id as in demo/scenes.json
 */
export async function trueObject(picture: string, id: number): Promise<TrueObject> {
  const found = (await pictures).get(picture);
  const object = found?.objects.find((each) => each.id === id && each.parent === null);
  if (!found || !object) throw new Error(`demo/scenes.json has no object ${id} in ${picture}`);
  const { data, info } = await sharp(path.join(DEMO, found.masks.wholes))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 1) throw new Error(`${found.masks.wholes} has ${info.channels} channels`);
  const [x0, y0, width, height] = object.box;
  return {
    name: `${object.class} in ${picture}`,
    bits: {
      width: info.width,
      height: info.height,
      data: Uint8Array.from(data, (value) => Number(value === id)),
    },
    box: { x0, y0, x1: x0 + width, y1: y0 + height },
  };
}

/** A stored mask as bits, checked on the way by the code under test and decoded without it. */
export function bitsOf(counts: string, size: { readonly width: number; readonly height: number }): Bits {
  parseRle({ size: [size.height, size.width], counts });
  return { ...size, data: decodeCounts(counts, size) };
}

export function iou(a: Bits, b: Bits): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error('masks of different pictures');
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.data.length; i++) {
    both += (a.data[i] ?? 0) & (b.data[i] ?? 0);
    either += (a.data[i] ?? 0) | (b.data[i] ?? 0);
  }
  return either === 0 ? 0 : both / either;
}

/** Where a careful person clicks next: deepest inside the largest mistake. */
export function nextClick(
  truth: Bits,
  now: Bits | null,
): ImagePoint & { label: 'foreground' | 'background' } {
  const missing = differenceOf(truth, now);
  const tooMuch = now ? differenceOf(now, truth) : null;
  const label = tooMuch && count(tooMuch) > count(missing) ? 'background' : 'foreground';
  return { ...deepest(label === 'background' && tooMuch ? tooMuch : missing), label };
}

/** The point of a shape that is farthest from its edge (chamfer distance, good to a pixel or two). */
export function deepest({ width, height, data }: Bits): ImagePoint {
  const far = new Uint16Array(width * height);
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (far[y * width + x] ?? 0);
  let best = { x: 0, y: 0, distance: 0 };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x])
        far[y * width + x] = Math.min(at(x - 1, y), at(x, y - 1), at(x - 1, y - 1), at(x + 1, y - 1)) + 1;
  for (let y = height - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      if (!data[i]) continue;
      const below = Math.min(at(x + 1, y), at(x, y + 1), at(x + 1, y + 1), at(x - 1, y + 1)) + 1;
      far[i] = Math.min(far[i] ?? 0, below);
      if ((far[i] ?? 0) > best.distance) best = { x, y, distance: far[i] ?? 0 };
    }
  if (best.distance === 0) throw new Error('an empty shape has no inside');
  return { x: best.x + 0.5, y: best.y + 0.5 };
}

function differenceOf(a: Bits, b: Bits | null): Bits {
  return { ...a, data: a.data.map((bit, i) => bit & (1 - (b?.data[i] ?? 0))) };
}

function count({ data }: Bits): number {
  return data.reduce((sum, bit) => sum + bit, 0);
}
