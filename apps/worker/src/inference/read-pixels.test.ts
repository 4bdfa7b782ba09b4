import { isDomainError } from '@maskloop/domain';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPixels } from './read-pixels.ts';

const LIMIT = 1_000_000;

/** 30 x 20, red in the top left quarter, else blue. */
const raw = Buffer.alloc(30 * 20 * 3);
for (let y = 0; y < 20; y++) {
  for (let x = 0; x < 30; x++) raw.set(x < 15 && y < 10 ? [250, 0, 0] : [0, 0, 250], (y * 30 + x) * 3);
}
const image = () => sharp(raw, { raw: { width: 30, height: 20, channels: 3 } });
const at = (
  { data, width }: { data: Uint8Array | Uint8ClampedArray; width: number },
  x: number,
  y: number,
) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

test('a PNG gives its pixels', async () => {
  const found = await readPixels(await image().png().toBuffer(), LIMIT);
  expect([found.width, found.height]).toEqual([30, 20]);
  expect(Buffer.compare(Buffer.from(found.data), raw)).toBe(0);
});

// EXIF: 6 is shown turned by 90 degrees to the right, 8 to the left, 3 upside down, 2 mirrored
test.each([
  [1, [30, 20], [2, 2]],
  [2, [30, 20], [27, 2]],
  [3, [30, 20], [27, 17]],
  [6, [20, 30], [17, 2]],
  [8, [20, 30], [2, 27]],
] as const)('EXIF orientation %i is applied', async (orientation, size, red) => {
  const bytes = await image().withMetadata({ orientation }).png().toBuffer();
  const found = await readPixels(bytes, LIMIT);
  expect([found.width, found.height]).toEqual(size);
  expect(at(found, red[0], red[1])).toEqual([250, 0, 0]);
});

test('16 bits become 8, transparency is dropped, grey becomes RGB', async () => {
  const deep = await image().toColourspace('rgb16').png().toBuffer();
  expect((await sharp(deep).metadata()).depth).toBe('ushort');
  expect(at(await readPixels(deep, LIMIT), 2, 2)).toEqual([250, 0, 0]);
  const clear = await image().ensureAlpha(0).png().toBuffer();
  expect(at(await readPixels(clear, LIMIT), 2, 2)).toEqual([250, 0, 0]);
  const grey = await image().greyscale().png().toBuffer();
  const [r, g, b] = at(await readPixels(grey, LIMIT), 2, 2);
  expect([g, b]).toEqual([r, r]);
});

test('a picture of one row', async () => {
  const row = sharp(raw.subarray(0, 90), { raw: { width: 30, height: 1, channels: 3 } });
  expect(await readPixels(await row.png().toBuffer(), LIMIT)).toMatchObject({ width: 30, height: 1 });
});

test('cut off, no picture, and larger than allowed: the reason is told', async () => {
  const bytes = await image().jpeg().toBuffer();
  const reason = async (data: Uint8Array, limit = LIMIT) =>
    readPixels(data, limit).then(
      () => 'read',
      (error: unknown) => (isDomainError(error) ? error.code : String(error)),
    );
  expect(await reason(bytes)).toBe('read');
  expect(await reason(bytes.subarray(0, bytes.length / 2))).toBe('IMAGE_UNREADABLE');
  expect(await reason(Buffer.from('no picture at all'))).toBe('IMAGE_UNREADABLE');
  expect(await reason(bytes, 599)).toBe('IMAGE_UNREADABLE');
  expect(await reason(bytes, 600)).toBe('read');
});
