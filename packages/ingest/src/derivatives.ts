import pLimit from 'p-limit';
import sharp, { type Sharp } from 'sharp';
import { type ImageInfo, unreadable } from './inspect.ts';

/** Longest sides in pixels. */
export const DISPLAY_SIDE = 4096;
export const THUMBNAIL_SIDE = 320;

/** Files made from a picture. */
export interface Derivatives {
  /** what browsers show: JPEG, oriented, sRGB, 8 bit, longest side at most 4096 */
  readonly display: Buffer;
  /** for lists: WebP, longest side at most 320 */
  readonly thumbnail: Buffer;
}

/**
 * Unpacked pictures in memory at once, whatever the number of uploads: twelve megapixels take some 250 MB here.
 */
const unpacking = pLimit(2);

/**
 * Decodes the whole picture, which is also the proof that it can be, and makes the copies that people see. Both show
 * the pixels that models see (domain/image.ts): transparency is dropped, not laid over a colour.
 * @throws DomainError IMAGE_UNREADABLE for damaged and cut-off files
 */
export function makeDerivatives(file: string, name: string, info: ImageInfo): Promise<Derivatives> {
  return unpacking(() => unpack(file, name, info));
}

async function unpack(file: string, name: string, info: ImageInfo): Promise<Derivatives> {
  try {
    const display = await scaled(open(file, info), DISPLAY_SIDE)
      // JPEG is written row by row; WebP holds the whole picture several times and takes ten times as long
      .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
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
