import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { encode } from 'bmp-ts';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bmpToPng } from './bmp.ts';
import { makeDerivatives } from './derivatives.ts';
import { inspectImage } from './inspect.ts';

const LIMITS = { maxBytes: 10_000_000, maxPixels: 1_000_000 };
const WIDTH = 60;
const HEIGHT = 40;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-inspect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Red on the left, blue on the right, with a green corner at the top left: turns and mirrors show. */
function picture(channels: 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(WIDTH * HEIGHT * channels);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const colour = x < 10 && y < 10 ? [0, 200, 0] : x < WIDTH / 2 ? [200, 0, 0] : [0, 0, 200];
      data.set(channels === 4 ? [...colour, x] : colour, (y * WIDTH + x) * channels);
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

async function saved(name: string, image: Sharp | Buffer): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, Buffer.isBuffer(image) ? image : await image.toBuffer());
  return file;
}

async function pixel(webp: Buffer, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(webp).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
  return r > 120 ? 'red' : g > 120 ? 'green' : b > 120 ? 'blue' : `${r},${g},${b}`;
}

const grey16 = () =>
  sharp(new Uint16Array(WIDTH * HEIGHT).fill(0x8000), {
    raw: { width: WIDTH, height: HEIGHT, channels: 1 },
  });

describe('what is taken', () => {
  const FORMATS: [string, () => Sharp, string, number][] = [
    ['photo.jpg', () => picture().jpeg({ quality: 95 }), 'jpeg', 8],
    ['photo.JPEG', () => picture().jpeg({ progressive: true }), 'jpeg', 8],
    ['cmyk.jpg', () => picture().toColourspace('cmyk').jpeg({ quality: 95 }), 'jpeg', 8],
    ['flat.png', () => picture().png(), 'png', 8],
    ['alpha.png', () => picture(4).png(), 'png', 8],
    ['palette.png', () => picture().png({ palette: true }), 'png', 8],
    ['deep.png', () => picture().toColourspace('rgb16').png(), 'png', 16],
    ['lossy.webp', () => picture().webp({ quality: 95 }), 'webp', 8],
    ['lossless.webp', () => picture(4).webp({ lossless: true }), 'webp', 8],
    ['small.avif', () => picture().avif({ quality: 90 }), 'heif', 8],
    ['strips.tif', () => picture().tiff({ compression: 'lzw' }), 'tiff', 8],
    ['deep.tiff', () => picture().toColourspace('rgb16').tiff({ compression: 'deflate' }), 'tiff', 16],
  ];
  test.each(FORMATS)('%s', async (name, make, format, bitDepth) => {
    const file = await saved(name, make());
    const info = await inspectImage(file, name, LIMITS);
    expect(info).toMatchObject({ format, bitDepth, width: WIDTH, height: HEIGHT, orientation: 1 });
    const { display, thumbnail } = await makeDerivatives(file, name, info);
    const meta = await sharp(display).metadata();
    expect(meta).toMatchObject({ format: 'jpeg', width: WIDTH, height: HEIGHT, hasAlpha: false });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: WIDTH });
    expect(await pixel(display, 20, 30)).toBe('red');
    expect(await pixel(display, 50, 30)).toBe('blue');
    expect(await pixel(display, 3, 3)).toBe('green');
  });

  test('grey pictures of 8 and 16 bit become sRGB with the same brightness', async () => {
    for (const [name, image] of [
      [
        'grey.png',
        sharp(Buffer.alloc(WIDTH * HEIGHT, 128), {
          raw: { width: WIDTH, height: HEIGHT, channels: 1 },
        }).png(),
      ],
      ['grey16.png', grey16().toColourspace('grey16').png()],
    ] as const) {
      const file = await saved(name, image);
      const info = await inspectImage(file, name, LIMITS);
      expect(info.bitDepth).toBe(name === 'grey.png' ? 8 : 16);
      const { display } = await makeDerivatives(file, name, info);
      const { data, info: shown } = await sharp(display).raw().toBuffer({ resolveWithObject: true });
      expect(shown.channels).toBe(3);
      expect(Math.abs((data[0] ?? 0) - 128)).toBeLessThanOrEqual(2);
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'EXIF orientation %i: sizes and copies are as people see them',
    async (orientation) => {
      const name = `turned-${orientation}.jpg`;
      // stored pixels turned the other way, so that every file shows the same picture; sharp mirrors before it turns
      const UNDO: Record<number, (image: Sharp) => Sharp> = {
        1: (image) => image,
        2: (image) => image.flop(),
        3: (image) => image.rotate(180),
        4: (image) => image.flip(),
        5: (image) => image.flop().rotate(270),
        6: (image) => image.rotate(270),
        7: (image) => image.flop().rotate(90),
        8: (image) => image.rotate(90),
      };
      const stored = await (UNDO[orientation]?.(picture()) ?? picture()).png().toBuffer();
      const file = await saved(name, sharp(stored).withMetadata({ orientation }).jpeg({ quality: 95 }));
      const info = await inspectImage(file, name, LIMITS);
      expect(info).toMatchObject({ width: WIDTH, height: HEIGHT, orientation });
      const { display } = await makeDerivatives(file, name, info);
      expect(await sharp(display).metadata()).toMatchObject({ width: WIDTH, height: HEIGHT });
      expect([await pixel(display, 3, 3), await pixel(display, 3, 30), await pixel(display, 50, 30)]).toEqual(
        ['green', 'red', 'blue'],
      );
    },
  );

  test('BMP, from the bottom and from the top, becomes a PNG of the same pixels and the same bytes each time', async () => {
    const raw = await picture(4).raw().toBuffer();
    // bmp-ts wants ABGR
    const abgr = Buffer.from(raw);
    for (let i = 0; i < raw.length; i += 4) abgr.set([255, raw[i + 2] ?? 0, raw[i + 1] ?? 0, raw[i] ?? 0], i);
    const bottomUp = encode({ data: abgr, width: WIDTH, height: HEIGHT, bitPP: 24 }).data;
    const file = await saved('photo.bmp', bottomUp);
    expect(await inspectImage(file, 'photo.bmp', LIMITS)).toMatchObject({
      format: 'bmp',
      width: WIDTH,
      height: HEIGHT,
    });
    const [one, two] = [path.join(folder, 'one.png'), path.join(folder, 'two.png')];
    await bmpToPng(file, one);
    await bmpToPng(file, two);
    expect(await sharp(one).toBuffer()).toEqual(await sharp(two).toBuffer());
    expect(await sharp(one).raw().toBuffer()).toEqual(await picture().raw().toBuffer());
  });

  test('a picture one pixel high, and one larger than the copy may be', async () => {
    const line = await saved(
      'line.png',
      sharp({ create: { width: 5_000, height: 1, channels: 3, background: 'red' } }).png(),
    );
    const info = await inspectImage(line, 'line.png', LIMITS);
    expect(info).toMatchObject({ width: 5_000, height: 1 });
    const { display, thumbnail } = await makeDerivatives(line, 'line.png', info);
    expect(await sharp(display).metadata()).toMatchObject({ width: 4_096, height: 1 });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ width: 320, height: 1 });
  });

  test('a picture whose ending names another picture format: the bytes decide', async () => {
    const file = await saved('really-png.jpg', picture().png());
    expect((await inspectImage(file, 'really-png.jpg', LIMITS)).format).toBe('png');
  });
});

describe('what is refused, and how it is said', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>';
  const REFUSED: [string, () => Promise<Buffer> | Buffer, object][] = [
    [
      'empty.png',
      () => Buffer.alloc(0),
      { code: 'IMAGE_UNREADABLE', details: { field: 'bytes', limit: 1, value: 0 } },
    ],
    [
      'drawing.svg',
      () => Buffer.from(svg),
      { code: 'IMAGE_UNREADABLE', details: { field: 'name', value: '.svg' } },
    ],
    ['drawing.png', () => Buffer.from(svg), { message: expect.stringContaining('an SVG') }],
    [
      'drawing2.png',
      () => Buffer.from(`<?xml version="1.0"?>\n<!-- x -->${svg}`),
      { message: expect.stringContaining('an SVG') },
    ],
    ['page.jpg', () => Buffer.from('<!DOCTYPE html><p>'), { message: expect.stringContaining('a web page') }],
    ['moving.png', () => Buffer.from('GIF89a......'), { message: expect.stringContaining('a GIF') }],
    ['notes.jpg', () => Buffer.from('just text'), { code: 'IMAGE_UNREADABLE', details: { field: 'format' } }],
    ['tool.exe', () => picture().png().toBuffer(), { details: { field: 'name', value: '.exe' } }],
    ['noending', () => picture().png().toBuffer(), { details: { field: 'name', value: '' } }],
    [
      'fake.png',
      () => Buffer.from('\x89PNG\r\n\x1a\nnonsense', 'latin1'),
      { code: 'IMAGE_UNREADABLE', details: { field: 'file' } },
    ],
    ['fake.bmp', () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(60, 9)]), { code: 'IMAGE_UNREADABLE' }],
  ];
  test.each(REFUSED)('%s', async (name, make, expected) => {
    const file = await saved(name, await make());
    await expect(inspectImage(file, name, LIMITS)).rejects.toMatchObject(expected);
  });

  test('a picture with more pixels than allowed, before any of them is decoded', async () => {
    // a header that says 20000 x 20000; what follows it need not be read
    const bytes = await picture().png().toBuffer();
    bytes.writeUInt32BE(20_000, 16);
    bytes.writeUInt32BE(20_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    const bomb = await saved('bomb.png', bytes);
    const began = performance.now();
    await expect(inspectImage(bomb, 'bomb.png', LIMITS)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringMatching(/1000000 pixels.*400000000.*20000 x 20000.*MAX_IMAGE_PIXELS/),
      details: { field: 'width x height', limit: 1_000_000, value: 400_000_000 },
    });
    expect(performance.now() - began).toBeLessThan(500);
  });

  test('a BMP whose header promises more than it holds', async () => {
    const head = Buffer.alloc(64);
    head.write('BM');
    head.writeUInt32LE(54, 10);
    head.writeUInt32LE(40, 14);
    head.writeInt32LE(900, 18);
    head.writeInt32LE(900, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(24, 28);
    const file = await saved('short.bmp', head);
    expect(await inspectImage(file, 'short.bmp', LIMITS)).toMatchObject({ width: 900 });
    await expect(bmpToPng(file, path.join(folder, 'short.png'))).rejects.toThrow();
    head.writeInt32LE(-2_147_483_648, 22);
    const huge = await saved('huge.bmp', head);
    await expect(inspectImage(huge, 'huge.bmp', LIMITS)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  test('a file with more bytes than allowed', async () => {
    const file = await saved('big.png', picture().png());
    await expect(inspectImage(file, 'big.png', { ...LIMITS, maxBytes: 10 })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      details: { field: 'bytes', limit: 10 },
    });
  });

  test.each(['jpg', 'png', 'webp', 'tif', 'avif'])(
    'a %s that was cut off in the middle',
    async (extension) => {
      const noise = sharp(
        Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, i) => (i * 7919 * (i % 13)) % 256)),
        {
          raw: { width: 300, height: 300, channels: 3 },
        },
      );
      const format = extension === 'jpg' ? 'jpeg' : extension === 'tif' ? 'tiff' : (extension as 'png');
      const bytes = await noise.toFormat(format).toBuffer();
      const file = await saved(`cut.${extension}`, bytes);
      await truncate(file, Math.floor(bytes.length / 2));
      const attempt = async () =>
        makeDerivatives(file, `cut.${extension}`, await inspectImage(file, `cut.${extension}`, LIMITS));
      await expect(attempt()).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    },
  );
});
