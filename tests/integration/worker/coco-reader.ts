import { createHash } from 'node:crypto';
import yauzl from 'yauzl';

// A reader of COCO archives that shares no code with the writer: run-length code is decoded character by character
// from the format's description, into one byte per pixel.

export interface ReadMask {
  readonly maskId: string;
  readonly revisionId: string;
  readonly category: { readonly name: string; readonly supercategory: string };
  readonly image: { readonly file_name: string; readonly width: number; readonly height: number };
  readonly split: string;
  readonly area: number;
  readonly bbox: readonly number[];
  /** row-major, 0 or 1 */
  readonly pixels: Uint8Array;
}

/** @returns path → bytes */
export async function unzip(archive: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(archive), { lazyEntries: true }, (error, file) =>
      error ? reject(error) : resolve(file),
    );
  });
  const files = new Map<string, Buffer>();
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          files.set(entry.fileName, Buffer.concat(chunks));
          zip.readEntry();
        });
        stream.on('error', reject);
      });
    });
    zip.on('end', () => resolve(files));
    zip.on('error', reject);
    zip.readEntry();
  });
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface CocoFile {
  categories: { id: number; name: string; supercategory: string }[];
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    image_id: number;
    category_id: number;
    segmentation: { size: [number, number]; counts: string };
    area: number;
    bbox: number[];
    iscrowd: number;
    mask_id: string;
    revision_id: string;
  }[];
}

export function readInstances(split: string, text: string): ReadMask[] {
  const file = JSON.parse(text) as CocoFile;
  return file.annotations.map((annotation) => {
    const image = file.images.find(({ id }) => id === annotation.image_id);
    const category = file.categories.find(({ id }) => id === annotation.category_id);
    if (!image || !category) throw new Error(`annotation of ${annotation.mask_id} points nowhere`);
    if (annotation.iscrowd !== 0) throw new Error('iscrowd must be 0');
    const [height, width] = annotation.segmentation.size;
    if (height !== image.height || width !== image.width)
      throw new Error('a mask of another size than its image');
    return {
      maskId: annotation.mask_id,
      revisionId: annotation.revision_id,
      category,
      image,
      split,
      area: annotation.area,
      bbox: annotation.bbox,
      pixels: pixelsOf(annotation.segmentation.counts, width, height),
    };
  });
}

function pixelsOf(counts: string, width: number, height: number): Uint8Array {
  const runs: number[] = [];
  let at = 0;
  while (at < counts.length) {
    let value = 0;
    let bits = 0;
    let more = true;
    while (more) {
      const part = counts.charCodeAt(at++) - 48;
      value += (part % 32) * 2 ** bits;
      bits += 5;
      more = part >= 32;
      if (!more && part % 32 >= 16) value -= 2 ** bits;
    }
    runs.push(runs.length > 2 ? value + (runs[runs.length - 2] ?? 0) : value);
  }
  const pixels = new Uint8Array(width * height);
  let place = 0;
  runs.forEach((run, i) => {
    for (let k = 0; k < run; k++, place++) {
      if (i % 2 === 1) pixels[(place % height) * width + Math.floor(place / height)] = 1;
    }
  });
  if (place !== width * height) throw new Error(`runs add up to ${place}, not ${width * height}`);
  return pixels;
}
