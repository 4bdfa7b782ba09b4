// A reader of COCO archives that shares no code with the writer: what it reads is what others will read.
import { createHash } from 'node:crypto';
import yauzl from 'yauzl';

/** Compressed counts (COCO's own base-48 deltas, column-major) → one byte per pixel, row by row. */
export function decodeCounts(
  counts: string,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const runs: number[] = [];
  let at = 0;
  while (at < counts.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const byte = counts.charCodeAt(at++) - 48;
      if (!(byte >= 0 && byte < 64)) throw new Error(`counts: no such character at ${at - 1}`);
      value += (byte & 0x1f) * 2 ** shift;
      more = (byte & 0x20) !== 0;
      shift += 5;
      if (!more && byte & 0x10) value -= 2 ** shift;
    }
    const before = runs.length > 2 ? (runs[runs.length - 2] ?? 0) : 0;
    runs.push(value + before);
  }
  const data = new Uint8Array(width * height);
  let pixel = 0;
  runs.forEach((run, index) => {
    if (run < 0) throw new Error(`counts: a run of ${run}`);
    if (index % 2 === 1)
      for (let i = pixel; i < pixel + run; i++) data[(i % height) * width + Math.floor(i / height)] = 1;
    pixel += run;
  });
  if (pixel !== width * height) throw new Error(`counts: ${pixel} pixels for ${width} x ${height}`);
  return data;
}

export interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly area: number;
  readonly bbox: readonly [number, number, number, number];
  readonly iscrowd: number;
  readonly segmentation: { readonly size: readonly [number, number]; readonly counts: string };
  readonly mask_id: string;
  readonly revision_id: string;
}

export interface Coco {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly {
    readonly id: number;
    readonly name: string;
    readonly supercategory: string;
  }[];
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** All files of a ZIP by their names. */
export function readZip(bytes: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const files = new Map<string, Buffer>();
      zip.on('error', reject);
      zip.on('end', () => resolve(files));
      zip.on('entry', (entry: yauzl.Entry) => {
        if (entry.fileName.endsWith('/')) return zip.readEntry();
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const parts: Buffer[] = [];
          stream.on('data', (part: Buffer) => parts.push(part));
          stream.on('error', reject);
          stream.on('end', () => {
            files.set(entry.fileName, Buffer.concat(parts));
            zip.readEntry();
          });
        });
      });
      zip.readEntry();
    });
  });
}

/** Every COCO annotation file of an archive, by its name. */
export function cocoFiles(files: ReadonlyMap<string, Buffer>): Map<string, Coco> {
  const found = new Map<string, Coco>();
  for (const [name, bytes] of files) {
    if (!name.endsWith('.json')) continue;
    const read = JSON.parse(bytes.toString('utf8')) as Partial<Coco>;
    if (read.annotations && read.images && read.categories) found.set(name, read as Coco);
  }
  return found;
}

export interface ReadMask {
  readonly annotation: CocoAnnotation;
  readonly category: Coco['categories'][number];
  /** row-major, 0 or 1 */
  readonly pixels: Uint8Array;
}

/** Every mask of a file, with what it points to. @throws Error when that is nothing, or not what COCO asks for */
export function masksIn(file: Coco): ReadMask[] {
  return file.annotations.map((annotation) => {
    const image = file.images.find(({ id }) => id === annotation.image_id);
    const category = file.categories.find(({ id }) => id === annotation.category_id);
    if (!image || !category) throw new Error(`annotation of ${annotation.mask_id} points nowhere`);
    if (annotation.iscrowd !== 0) throw new Error('iscrowd must be 0');
    const [height, width] = annotation.segmentation.size;
    if (height !== image.height || width !== image.width)
      throw new Error('a mask of another size than its image');
    return { annotation, category, pixels: decodeCounts(annotation.segmentation.counts, image) };
  });
}
