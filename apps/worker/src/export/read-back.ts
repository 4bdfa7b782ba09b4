import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ExportItem } from '@maskloop/db';
import type { ExportReport, Split } from '@maskloop/domain';
import { parseRle, type Rle, rleArea, rleBox, SamCoreError } from '@maskloop/sam-core';
import { type Entry, open, type ZipFile } from 'yauzl';
import { type CocoAnnotation, instancesPath } from './coco-layout.ts';
import type { ExportIo } from './format.ts';

/**
 * Reads the finished archive as a stranger would and compares it with the database, mask by mask: pixels, box, area
 * and image size. Both sides are streamed; each mask is one line of its file.
 *
 * @param skip revisions that were left out as bad
 */
export async function readBack(
  archive: string,
  io: Pick<ExportIo, 'images' | 'signal'>,
  { skip, progress }: { skip: ReadonlySet<string>; progress: (compared: number) => void },
): Promise<NonNullable<ExportReport['readBack']>> {
  const zip = await openZip(archive);
  const lines = new Map<Split, AsyncIterator<CocoAnnotation>>();
  let compared = 0;
  let different = 0;
  try {
    const entries = await entriesOf(zip);
    for await (const image of io.images()) {
      io.signal.throwIfAborted();
      let annotations = lines.get(image.split);
      if (annotations === undefined) {
        annotations = annotationsIn(await openEntry(zip, entries, instancesPath(image.split)));
        lines.set(image.split, annotations);
      }
      for (const item of image.items) {
        if (skip.has(item.revisionId)) continue;
        const { value, done } = await annotations.next();
        compared++;
        if (done || !isSame(value, item, image)) different++;
      }
      progress(compared);
    }
    // more than was asked for is as wrong as less
    for (const annotations of lines.values()) {
      while (!(await annotations.next()).done) different++;
    }
    return { compared, different };
  } finally {
    zip.close();
  }
}

function isSame(
  written: CocoAnnotation,
  item: ExportItem,
  size: { readonly width: number; readonly height: number },
): boolean {
  if (written.mask_id !== item.maskId || written.revision_id !== item.revisionId) return false;
  const found = masked(written.segmentation, size);
  const meant = masked({ size: [size.height, size.width], counts: item.counts }, size);
  if (found === null || meant === null || found.counts.length !== meant.counts.length) return false;
  const box = rleBox(meant);
  return (
    box !== null &&
    found.counts.every((run, i) => run === meant.counts[i]) &&
    written.area === rleArea(meant) &&
    written.iscrowd === 0 &&
    [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0].every((side, i) => side === written.bbox[i])
  );
}

function masked(rle: unknown, size: { width: number; height: number }): Rle | null {
  try {
    return parseRle(rle, { size });
  } catch (error) {
    if (error instanceof SamCoreError) return null;
    throw error;
  }
}

async function* annotationsIn(stream: Readable): AsyncGenerator<CocoAnnotation> {
  let inside = false;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '"annotations":[') inside = true;
    else if (inside && line.startsWith('{')) {
      // what is read here was written by this program, and is compared field by field
      yield JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line) as CocoAnnotation;
    }
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entries: ReadonlyMap<string, Entry>, path: string): Promise<Readable> {
  const entry = entries.get(path);
  if (entry === undefined) throw new Error(`the written archive has no ${path}`);
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}
