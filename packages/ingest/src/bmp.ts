import { readFile } from 'node:fs/promises';
import { decode } from 'bmp-ts';
import sharp from 'sharp';

/**
 * Size as a BMP's header states it; rows may run from the top, which makes the height negative there.
 * @throws Error when the header is of an unknown kind
 */
export function bmpHeader(head: Buffer): { width: number; height: number } {
  if (head.length < 26) throw new Error('the BMP header is cut off');
  const headerBytes = head.readUInt32LE(14);
  if (headerBytes === 12) return { width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
  if (headerBytes < 40 || headerBytes > 124) throw new Error(`unknown BMP header of ${headerBytes} bytes`);
  return { width: head.readInt32LE(18), height: Math.abs(head.readInt32LE(22)) };
}

/**
 * Writes a BMP's pixels as PNG, without loss: nothing after the upload (workers, browsers, training) reads BMP.
 * The same pixels give the same bytes, so that uploading a BMP twice is noticed. Holds the picture in memory:
 * check its size before.
 */
export async function bmpToPng(file: string, target: string): Promise<void> {
  const bytes = await readFile(file);
  const { width, height } = bmpHeader(bytes);
  const image = decode(bytes, { toRGBA: true });
  const pixels = Buffer.from(image.data.buffer, image.data.byteOffset, image.data.byteLength);
  if (pixels.length < width * height * 4) throw new Error('the BMP ends before its last row');
  await sharp(pixels, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 6, adaptiveFiltering: false })
    .toFile(target);
}
