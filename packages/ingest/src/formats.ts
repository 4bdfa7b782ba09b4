import { open } from 'node:fs/promises';
import path from 'node:path';
import { DomainError, IMAGE_ENDINGS } from '@maskloop/domain';

/** Formats that pictures may have, by what sharp calls them. AVIF is `heif` there. */
export const FORMATS = ['jpeg', 'png', 'webp', 'heif', 'tiff', 'bmp'] as const;
export type Format = (typeof FORMATS)[number];

/** For messages: what people call the formats. */
const ACCEPTED = 'JPEG, PNG, WebP, AVIF, TIFF and BMP';

const EXTENSIONS: ReadonlySet<string> = new Set(IMAGE_ENDINGS);

/**
 * The format by the file's first bytes; its name is not asked. Only what is found here is ever handed to a decoder:
 * SVG and PDF, which can name other files and the network, never are.
 */
export function formatOf(head: Uint8Array): Format | null {
  const text = (from: number, to: number) => Buffer.from(head.subarray(from, to)).toString('latin1');
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (text(4, 8) === 'ftyp' && /avif|avis/.test(text(8, 64))) return 'heif';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'tiff';
  if (text(0, 2) === 'BM' && head.length >= 26) return 'bmp';
  return null;
}

/** What a file is that is no picture we take, as far as a person wants to know. */
function kindOf(head: Uint8Array): string {
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (text.startsWith('GIF8')) return 'a GIF';
  if (text.startsWith('%PDF')) return 'a PDF';
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'a ZIP';
  if (/^<svg|^<\?xml[\s\S]*<svg|^<!DOCTYPE svg/i.test(text)) return 'an SVG';
  if (/ftyp(heic|heix|hevc|mif1|msf1)/.test(text.slice(0, 32))) return 'a HEIC';
  if (/^<(!DOCTYPE )?html/i.test(text)) return 'a web page';
  return 'no known picture';
}

/**
 * Reads a file's first bytes.
 * @throws DomainError IMAGE_UNREADABLE when it is empty, has no picture's ending or is no picture
 */
export async function readFormat(file: string, name: string): Promise<{ format: Format; bytes: number }> {
  const extension = path.extname(name).toLowerCase();
  if (!EXTENSIONS.has(extension)) {
    throw new DomainError(
      'IMAGE_UNREADABLE',
      `name: "${name}" does not end like a picture; ${ACCEPTED} are taken`,
      { field: 'name', limit: [...EXTENSIONS], value: extension },
    );
  }
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size === 0) {
      throw new DomainError('IMAGE_UNREADABLE', `${name}: the file is empty (0 bytes)`, {
        field: 'bytes',
        limit: 1,
        value: 0,
      });
    }
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    const format = formatOf(head);
    if (format) return { format, bytes: size };
    const kind = kindOf(head);
    throw new DomainError('IMAGE_UNREADABLE', `${name} is ${kind}; ${ACCEPTED} are taken`, {
      field: 'format',
      limit: [...FORMATS],
      value: kind,
    });
  } finally {
    await handle.close();
  }
}
