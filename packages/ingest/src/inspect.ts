import { open } from 'node:fs/promises';
import { DomainError } from '@maskloop/domain';
import sharp from 'sharp';
import { bmpHeader } from './bmp.ts';
import { type Format, readFormat } from './formats.ts';

export interface Limits {
  /** largest file */
  readonly maxBytes: number;
  /** width x height; checked in the header, before a pixel is decoded */
  readonly maxPixels: number;
}

/** What a picture's header says. */
export interface ImageInfo {
  readonly format: Format;
  /** pixels as people see them: after EXIF orientation */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation 1..8 of the stored bytes */
  readonly orientation: number;
  /** of one channel */
  readonly bitDepth: number;
  readonly bytes: number;
}

/**
 * Reads a picture's header from a file.
 * @param name what the person calls the file; used in messages, and its ending is checked
 * @throws DomainError IMAGE_UNREADABLE, IMAGE_TOO_LARGE
 */
export async function inspectImage(file: string, name: string, limits: Limits): Promise<ImageInfo> {
  const { format, bytes } = await readFormat(file, name);
  if (bytes > limits.maxBytes) {
    throw new DomainError(
      'IMAGE_TOO_LARGE',
      `${name}: a file may have ${limits.maxBytes} bytes, this one has ${bytes} (MAX_UPLOAD_BYTES)`,
      { field: 'bytes', limit: limits.maxBytes, value: bytes },
    );
  }
  const header = format === 'bmp' ? await readBmpHeader(file, name) : await readHeader(file, name);
  const turned = header.orientation >= 5;
  const width = turned ? header.height : header.width;
  const height = turned ? header.width : header.height;
  if (width < 1 || height < 1) {
    throw new DomainError('IMAGE_UNREADABLE', `${name}: has no pixels (${width} x ${height})`, {
      field: 'width, height',
      limit: 1,
      value: `${width} x ${height}`,
    });
  }
  if (width * height > limits.maxPixels) {
    throw new DomainError(
      'IMAGE_TOO_LARGE',
      `${name}: a picture may have ${limits.maxPixels} pixels, this one has ${width * height} ` +
        `(${width} x ${height}; MAX_IMAGE_PIXELS)`,
      { field: 'width x height', limit: limits.maxPixels, value: width * height },
    );
  }
  return { format, width, height, orientation: header.orientation, bitDepth: header.bitDepth, bytes };
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly bitDepth: number;
}

const DEPTHS: Readonly<Record<string, number>> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
};

async function readHeader(file: string, name: string): Promise<Header> {
  try {
    // no pixel limit here: the header is all that is read, and ours says more than the decoder's refusal
    const meta = await sharp(file, { limitInputPixels: false, failOn: 'none' }).metadata();
    const orientation = meta.orientation ?? 1;
    return {
      width: meta.width,
      height: meta.height,
      orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
      bitDepth: DEPTHS[meta.depth] ?? 8,
    };
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function readBmpHeader(file: string, name: string): Promise<Header> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return { ...bmpHeader(buffer.subarray(0, bytesRead)), orientation: 1, bitDepth: 8 };
  } catch (error) {
    throw unreadable(name, error);
  } finally {
    await handle.close();
  }
}

/** A decoder's complaint as an answer for the person who sent the file. */
export function unreadable(name: string, error: unknown): DomainError {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return new DomainError('IMAGE_UNREADABLE', `${name}: cannot be read as a picture: ${reason}`, {
    field: 'file',
    value: reason,
  });
}
