import { DomainError } from '@maskloop/domain';
import { type Pixels, pixels } from '@maskloop/sam-core';
import sharp from 'sharp';

/**
 * Bytes of a picture file → pixels in the product's frame (domain/image.ts): EXIF-oriented, sRGB, 8-bit RGB, in full
 * size. Resizing is sam-core's, so that worker and browser agree bit for bit.
 *
 * @param maxPixels width x height; a small file can unpack to a huge picture
 * @throws DomainError IMAGE_UNREADABLE
 */
export async function readPixels(bytes: Uint8Array, maxPixels: number): Promise<Pixels> {
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: maxPixels,
      failOn: 'error',
      autoOrient: true,
    })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return pixels(data, { width: info.width, height: info.height });
  } catch (error) {
    throw new DomainError('IMAGE_UNREADABLE', `the picture cannot be read: ${(error as Error).message}`, {
      bytes: bytes.length,
    });
  }
}
