import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { CLASSES, DEMO_FORMAT, type DemoManifest, LEAST_AREA } from '../index.ts';

const demo = (path: string) => fileURLToPath(new URL(`../../../../demo/${path}`, import.meta.url));
const manifest = JSON.parse(readFileSync(demo('scenes.json'), 'utf8')) as DemoManifest;

async function readGrey(path: string) {
  const { data, info } = await sharp(demo(path))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(1);
  return { data, width: info.width, height: info.height };
}

function countPixels(data: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of data) if (id !== 0) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

describe('the committed demo project', () => {
  test('it has twelve pictures in the format that the reader expects', () => {
    expect(manifest.format).toBe(DEMO_FORMAT);
    expect(manifest.pictures).toHaveLength(12);
  });

  test('every class used is listed, as this package lists it', () => {
    const known = new Map(CLASSES.map((entry) => [entry.name, entry]));
    for (const entry of manifest.classes) expect(entry).toEqual(known.get(entry.name));
    const listed = new Set(manifest.classes.map(({ name }) => name));
    for (const { objects } of manifest.pictures) {
      for (const object of objects) expect(listed).toContain(object.class);
    }
  });

  test.each(manifest.pictures.map((picture) => [picture.name, picture] as const))(
    '%s: areas, parents and sizes agree with the files',
    async (_name, { width, height, image, masks, objects }) => {
      const metadata = await sharp(demo(image)).metadata();
      expect([metadata.width, metadata.height]).toEqual([width, height]);
      const [wholes, parts] = [await readGrey(masks.wholes), await readGrey(masks.parts)];
      expect([wholes.width, wholes.height, parts.width, parts.height]).toEqual([
        width,
        height,
        width,
        height,
      ]);

      const listed = (isPart: boolean) =>
        new Map(
          objects.filter(({ parent }) => (parent !== null) === isPart).map(({ id, area }) => [id, area]),
        );
      expect(countPixels(wholes.data)).toEqual(listed(false));
      expect(countPixels(parts.data)).toEqual(listed(true));
      for (const { area } of objects) expect(area).toBeGreaterThanOrEqual(LEAST_AREA);

      const parents = new Map(objects.map(({ id, parent }) => [id, parent]));
      const strays = parts.data.filter((part, p) => part !== 0 && parents.get(part) !== wholes.data[p]);
      expect(strays).toHaveLength(0);
    },
  );
});
