import path from 'node:path';
import { Readable } from 'node:stream';
import {
  EXPORT_LOSSES,
  type ExportLoss,
  type MaskNote,
  NOTED_MASKS,
  type ReadBackReport,
} from '@maskloop/domain';
import { ArchiveWriter, type Content } from './archive.ts';
import { ArchiveReader } from './archive-reader.ts';
import { classTable } from './classes.ts';
import { Comparison } from './compare.ts';
import type { BuiltArchive, ExportIo, ExportOrder, Format, Losses, Output, Picture } from './format.ts';
import { manifestHead, manifestTail } from './manifest.ts';
import { preparedPictures } from './pictures.ts';
import { Spool } from './spool.ts';

/** Shares of the work, as progress. */
const SHARE = { write: 0.65, readBack: 0.95 } as const;

const FILES = 'files';

/**
 * Writes a dataset version as an archive in one pass over the database, reads it back in a second one and compares it
 * mask by mask. Lists are spooled to disk, files written one by one: memory does not grow with the dataset.
 */
export async function buildArchive(format: Format, order: ExportOrder, io: ExportIo): Promise<BuiltArchive> {
  const started = performance.now();
  const file = path.join(io.folder, 'export.zip');
  const tally = new Tally();
  await write(file, { format, order, io, tally });
  const readBack = await readBackOf(file, { format, order, io, tally });
  return {
    path: file,
    report: { ...tally.counts(), readBack, seconds: (performance.now() - started) / 1_000 },
  };
}

interface Work {
  readonly format: Format;
  readonly order: ExportOrder;
  readonly io: ExportIo;
  readonly tally: Tally;
}

async function write(file: string, { format, order, io, tally }: Work): Promise<void> {
  const archive = new ArchiveWriter(file, io.signal);
  const spool = new Spool(io.folder);
  const add = async (place: string, content: Content, { compress = true, sha256 = '' } = {}) => {
    const digest = await archive.add(place, content, { compress });
    if (sha256 !== '' && digest.sha256 !== sha256) {
      throw new Error(`${place}: stored under ${sha256}, but its bytes have SHA-256 ${digest.sha256}`);
    }
    await spool.add(FILES, `${JSON.stringify(place)}: ${JSON.stringify(digest)}`);
  };
  const output: Output = {
    file: (place, content) => add(place, content),
    spool: (list, entry) => spool.add(list, entry),
    has: (list) => spool.has(list),
    list: (list, separator) => spool.pieces(list, separator),
    classes: classTable(order.classes),
    roleOf: io.roleOf,
  };
  try {
    const writer = format.write(order, output);
    for await (const { picture, leftOut } of preparedPictures(format, order, io)) {
      tally.add(format, picture, leftOut);
      tally.lose(await writer.picture(picture));
      if (order.options.includeImages) {
        const { sha256 } = picture.image;
        await add(format.picturePath(picture), await io.picture(sha256), { compress: false, sha256 });
        if (picture.image.orientation !== 1 && !format.keeps.orientation) tally.lose({ orientation: 1 });
      }
      io.progress(SHARE.write * tally.shareOf(order.dataset.counts.masks));
    }
    await writer.end();
    await archive.add('manifest.json', Readable.from(manifest(order, format, { tally, spool })));
    await archive.close();
  } finally {
    archive.destroy();
    await spool.close();
  }
}

async function* manifest(
  order: ExportOrder,
  { rulesVersion }: Format,
  { tally, spool }: { tally: Tally; spool: Spool },
): AsyncGenerator<string | Buffer> {
  yield manifestHead(order, rulesVersion, tally.counts());
  yield* spool.pieces(FILES, ',\n    ');
  yield manifestTail;
}

async function readBackOf(file: string, { format, order, io, tally }: Work): Promise<ReadBackReport> {
  const comparison = new Comparison();
  const archive = await ArchiveReader.open(file);
  try {
    const reader = format.read(order, archive);
    const { masks } = tally.counts();
    for await (const { picture } of preparedPictures(format, order, io)) {
      const lossy = comparison.add(picture, await reader.picture(picture));
      const moved = format.keeps.overlaps || order.options.border > 0;
      tally.lose({ [moved ? 'outline' : 'overlaps']: lossy });
      io.progress(SHARE.write + (SHARE.readBack - SHARE.write) * (comparison.compared / Math.max(1, masks)));
    }
    comparison.addSurplus((await reader.end?.()) ?? 0);
    return comparison.report();
  } finally {
    archive.close();
  }
}

/** What is counted on the way. */
class Tally {
  #images = 0;
  #masks = 0;
  #negatives = 0;
  #badCount = 0;
  readonly #bad: MaskNote[] = [];
  readonly #losses = new Map<ExportLoss, number>();

  add({ keeps }: Format, { masks, negatives }: Picture, leftOut: readonly MaskNote[]): void {
    this.#images++;
    this.#masks += masks.length;
    this.#negatives += negatives.length;
    this.#badCount += leftOut.length;
    this.#bad.push(...leftOut.slice(0, NOTED_MASKS - this.#bad.length));
    const perClass = new Map<number, number>();
    for (const mask of masks) perClass.set(mask.class.index, (perClass.get(mask.class.index) ?? 0) + 1);
    this.lose({
      parts: keeps.parts ? 0 : masks.filter(({ item }) => item.parentMaskId !== null).length,
      unclassified: keeps.unclassified ? 0 : masks.filter((mask) => mask.class.classId === null).length,
      provenance: keeps.provenance ? 0 : masks.length,
      instances: keeps.instances ? 0 : [...perClass.values()].reduce((sum, of) => sum + (of > 1 ? of : 0), 0),
    });
  }

  lose(losses: Losses | undefined): void {
    for (const [kind, count] of Object.entries(losses ?? {}) as [ExportLoss, number][]) {
      if (count > 0) this.#losses.set(kind, (this.#losses.get(kind) ?? 0) + count);
    }
  }

  /** of so many masks, negatives left aside; 0..1 */
  shareOf(masks: number): number {
    return Math.min(1, (this.#masks + this.#badCount) / Math.max(1, masks));
  }

  counts() {
    return {
      images: this.#images,
      masks: this.#masks,
      negatives: this.#negatives,
      bad: this.#bad,
      badCount: this.#badCount,
      losses: EXPORT_LOSSES.flatMap((kind) => {
        const count = this.#losses.get(kind);
        return count === undefined ? [] : [{ kind, count }];
      }),
    };
  }
}
