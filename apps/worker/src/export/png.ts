import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const pack = promisify(deflate);

interface LabelPicture {
  readonly width: number;
  readonly height: number;
  /** one value per pixel, row-major */
  readonly labels: ArrayLike<number>;
}

/** A PNG with a palette, 8 bits. @param palette colour of each value, at most 256 */
export function palettePng(picture: LabelPicture, palette: readonly (readonly number[])[]): Promise<Buffer> {
  return png(picture, { depth: 8, colour: 3, bytes: 1 }, chunk('PLTE', Buffer.from(palette.flat())));
}

/** A grey PNG of 8 bits. */
export const greyPng = (picture: LabelPicture): Promise<Buffer> =>
  png(picture, { depth: 8, colour: 0, bytes: 1 });

/** A grey PNG of 16 bits. */
export const grey16Png = (picture: LabelPicture): Promise<Buffer> =>
  png(picture, { depth: 16, colour: 0, bytes: 2 });

/** A PNG in colours: R + 256 G + 65536 B is the value. */
export const rgbPng = (picture: LabelPicture): Promise<Buffer> =>
  png(picture, { depth: 8, colour: 2, bytes: 3 });

/** Written here, and not by a library, because labels must stay numbers and the bytes must always be the same. */
async function png(
  { width, height, labels }: LabelPicture,
  { depth, colour, bytes }: { depth: number; colour: number; bytes: number },
  palette: Buffer = Buffer.alloc(0),
): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const row = 1 + width * bytes;
  // each row begins with its filter: 0, none, best for labels
  const data = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * row + 1; x < width; x++, at += bytes) {
      const value = labels[y * width + x] ?? 0;
      if (bytes === 1) data[at] = value;
      else if (bytes === 2) {
        data[at] = value >> 8;
        data[at + 1] = value & 255;
      } else {
        data[at] = value & 255;
        data[at + 1] = (value >> 8) & 255;
        data[at + 2] = (value >> 16) & 255;
      }
    }
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    palette,
    chunk('IDAT', await pack(data, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** PASCAL VOC's colours. @source VOCdevkit, VOClabelcolormap.m: bits of the value spread over the channels */
export function vocPalette(): [number, number, number][] {
  return Array.from({ length: 256 }, (_, value) => {
    const colour: [number, number, number] = [0, 0, 0];
    for (let bits = value, j = 7; bits > 0; bits >>= 3, j--) {
      for (const channel of [0, 1, 2] as const) colour[channel] |= ((bits >> channel) & 1) << j;
    }
    return colour;
  });
}
