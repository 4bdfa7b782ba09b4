import sharp, { type Sharp } from 'sharp';
import { type ImageInfo, unreadable } from './inspect.ts';

/** Longest sides in pixels; WebP ends at 16383. */
export const DISPLAY_SIDE = 4096;
export const THUMBNAIL_SIDE = 320;

/** WebP files made from a picture. */
export interface Derivatives {
  /** what browsers show: oriented, sRGB, 8 bit, longest side at most 4096 */
  readonly display: Buffer;
  /** for lists: longest side at most 320 */
  readonly thumbnail: Buffer;
}

/**
 * Decodes the whole picture, which is also the proof that it can be, and makes the copies that people see. Both show
 * the pixels that models see (domain/image.ts): transparency is dropped, not laid over a colour.
 * @throws DomainError IMAGE_UNREADABLE for damaged and cut-off files
 */
export async function makeDerivatives(file: string, name: string, info: ImageInfo): Promise<Derivatives> {
  try {
    const display = await scaled(open(file, info), DISPLAY_SIDE)
      .webp({ quality: 90, effort: 3, smartSubsample: true })
      .toBuffer();
    const thumbnail = await scaled(sharp(display), THUMBNAIL_SIDE)
      .webp({ quality: 75, effort: 3 })
      .toBuffer();
    return { display, thumbnail };
  } catch (error) {
    throw unreadable(name, error);
  }
}

function open(file: string, { width, height }: ImageInfo): Sharp {
  return (
    sharp(file, {
      // the header's own size: a file that unpacks to more than it said is refused while decoding
      limitInputPixels: width * height,
      failOn: 'error',
      sequentialRead: true,
    })
      .autoOrient()
      // 16 bit and CMYK become 8-bit sRGB, by the embedded profile where there is one
      .toColourspace('srgb')
      .removeAlpha()
  );
}

function scaled(image: Sharp, side: number): Sharp {
  return image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
}
