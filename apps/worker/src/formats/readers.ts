import type { ImportFormat } from '@maskloop/domain';
import { coco } from './read/coco.ts';
import { cocoPanoptic } from './read/coco-panoptic.ts';
import { filesEnding, folderOf, jsonOf, textOf, Unreadable } from './read/common.ts';
import { cvat } from './read/cvat.ts';
import { labelMaps } from './read/label-maps.ts';
import { labelStudio } from './read/label-studio.ts';
import { labelme } from './read/labelme.ts';
import type { FormatReader, Sample, SourceFiles } from './read/neutral.ts';
import { sa1b } from './read/sa-1b.ts';
import { voc } from './read/voc.ts';
import { yoloSeg } from './read/yolo-seg.ts';

/** One module for each format, in the order in which they are tried; a format without one does not compile. */
export const READERS = {
  'coco-panoptic': cocoPanoptic,
  coco,
  'sa-1b': sa1b,
  labelme,
  'label-studio': labelStudio,
  cvat,
  voc,
  'yolo-seg': yoloSeg,
  'label-maps': labelMaps,
} satisfies Record<ImportFormat, FormatReader>;

/** Files looked into to tell the format. */
const SAMPLES = 6;
const XML_HEAD = 20_000;

/** @returns the first format that recognises the files; null: none does */
export async function detectFormat(files: SourceFiles): Promise<ImportFormat | null> {
  const sample = await sampleOf(files);
  const found = (Object.entries(READERS) as [ImportFormat, FormatReader][]).find(([, reader]) =>
    reader.recognises(sample),
  );
  return found?.[0] ?? null;
}

async function sampleOf(files: SourceFiles): Promise<Sample> {
  const json: { name: string; value: unknown }[] = [];
  for (const name of spread(filesEnding(files, '.json'))) {
    try {
      json.push({ name, value: await jsonOf(files, name) });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  const xml: string[] = [];
  for (const name of spread(filesEnding(files, '.xml'))) {
    xml.push((await textOf(files, name)).slice(0, XML_HEAD));
  }
  return { names: files.names, json, xml };
}

/** A few files, of each folder one before a second of any. */
function spread(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const turn = names.map((name) => {
    const folder = folderOf(name);
    const nth = seen.get(folder) ?? 0;
    seen.set(folder, nth + 1);
    return { name, nth };
  });
  return turn
    .sort((a, b) => a.nth - b.nth)
    .slice(0, SAMPLES)
    .map(({ name }) => name);
}
