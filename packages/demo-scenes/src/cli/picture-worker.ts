import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { buildScene, type DemoPicture, labelMap, pictureSize, render, SCENES } from '../index.ts';

/** Which picture a thread renders, and how. */
export interface PictureJob {
  /** Place in `SCENES`. */
  readonly index: number;
  readonly out: string;
  readonly seed: number;
  readonly width: number;
  readonly samples: number;
}

/** What a thread sends back when its files are written. */
export interface PictureDone {
  readonly picture: DemoPicture;
  readonly seconds: number;
  /** Size of the JPEG. */
  readonly bytes: number;
}

const JPEG_QUALITY = 88;

async function renderPicture({
  index,
  out,
  seed,
  width: longest,
  samples,
}: PictureJob): Promise<PictureDone> {
  const definition = SCENES[index];
  if (!definition) throw new Error(`There is no scene ${index}`);
  const began = performance.now();
  const scene = buildScene(definition, seed);
  const rendered = render(scene, { ...pictureSize(definition.shape, longest), samples });
  const { width, height } = rendered;
  const map = labelMap(rendered, scene.objects);
  const { name, title } = definition;
  const image = `images/${name}.jpg`;
  const masks = { wholes: `masks/${name}.wholes.png`, parts: `masks/${name}.parts.png` };
  const { size: bytes } = await sharp(rendered.pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY, mozjpeg: true })
    .toFile(join(out, image));
  await writeGrey(map.wholes, width, height, join(out, masks.wholes));
  await writeGrey(map.parts, width, height, join(out, masks.parts));
  return {
    picture: { name, title, width, height, image, masks, objects: map.objects },
    seconds: (performance.now() - began) / 1000,
    bytes,
  };
}

async function writeGrey(ids: Uint8Array, width: number, height: number, path: string): Promise<void> {
  await sharp(ids, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9, palette: false })
    .toFile(path);
}

parentPort?.postMessage(await renderPicture(workerData as PictureJob));
