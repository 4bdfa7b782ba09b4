import { deflateSync } from 'node:zlib';
import type { ImportFormat } from '@maskloop/domain';
import { bitMask, encodeRle, type Rle, toCocoRle } from '@maskloop/sam-core';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { rasterise } from './raster.ts';
import type { Finding, SourceFiles } from './read/neutral.ts';
import { detectFormat, READERS } from './readers.ts';

type Contents = Readonly<Record<string, string | Uint8Array | object>>;

const bytesOf = (content: string | Uint8Array | object): Uint8Array =>
  content instanceof Uint8Array
    ? content
    : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));

const filesOf = (contents: Contents): SourceFiles => ({
  names: Object.keys(contents).sort(),
  bytes: async (name) => bytesOf(contents[name] ?? ''),
});

async function findings(format: ImportFormat, contents: Contents): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of READERS[format].read(filesOf(contents))) found.push(finding);
  return found;
}

/** Everything read of one picture, as masks drawn with "#" and ".", and the problems. */
async function read(format: ImportFormat, contents: Contents, size = { width: 6, height: 4 }) {
  const all = await findings(format, contents);
  const images = all.filter((each) => each.type === 'image');
  return {
    names: images.map(({ image }) => image.names),
    masks: images.flatMap(({ objects }) =>
      objects.map(({ className, shape, score, source, key, partOf, predictedIou, stability }) => {
        if (shape.kind === 'box') return { className, box: shape.box, unit: shape.unit, score, source };
        const raster = rasterise(shape, size);
        return {
          className,
          mask: 'rle' in raster ? drawn(raster.rle) : raster.reason,
          score,
          source,
          key,
          partOf,
          predictedIou,
          stability,
        };
      }),
    ),
    problems: all.flatMap((each) => (each.type === 'problem' ? [`${each.where}: ${each.message}`] : [])),
  };
}

const LEFT = ['......', '.##...', '.##...', '......'];
const RIGHT = ['....##', '....##', '....##', '....##'];

function drawing(rows: readonly string[]): Rle {
  const width = rows[0]?.length ?? 0;
  const data = Uint8Array.from(rows.join(''), (pixel) => Number(pixel === '#'));
  return encodeRle(bitMask({ width, height: rows.length }, data));
}

/** By hand, so that a mistake in a codec cannot hide behind itself. */
function drawn({ width, height, counts }: Rle): string[] {
  const pixels: string[] = [];
  for (const [i, run] of counts.entries()) for (let k = 0; k < run; k++) pixels.push(i % 2 === 1 ? '#' : '.');
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixels[x * height + y]).join(''),
  );
}

const image = { id: 7, file_name: 'a.jpg', width: 6, height: 4 };
const square = [1, 1, 3, 1, 3, 3, 1, 3];
const counts = (rows: readonly string[]) => toCocoRle(drawing(rows));

test('coco: polygons, both run lengths, boxes, scores and parts are read; what is broken is named', async () => {
  const file = {
    images: [{ ...image, sha256: 'a'.repeat(64) }],
    categories: [{ id: 3, name: 'cat' }],
    annotations: [
      { image_id: 7, category_id: 3, segmentation: [square], bbox: [1, 1, 2, 2], score: 0.5, mask_id: 'm' },
      { image_id: 7, category_id: 3, segmentation: counts(RIGHT), predicted_iou: 0.9, parent_mask_id: 'm' },
      { image_id: 7, category_id: 3, segmentation: { size: [4, 6], counts: [...drawing(LEFT).counts] } },
      { image_id: 7, category_id: 9, bbox: [1, 0, 3, 2] },
      { image_id: 7, category_id: 3, segmentation: { size: [4, 6], counts: [5] } },
      { image_id: 8, category_id: 3, segmentation: [square] },
      { image_id: 7, category_id: 3, segmentation: [[1, 1, 2, 2]] },
    ],
  };
  expect(await detectFormat(filesOf({ 'x/instances.json': file }))).toBe('coco');
  const { masks, problems, names } = await read('coco', { 'x/instances.json': file });
  expect(names).toEqual([['a.jpg', 'a.jpg']]);
  expect(masks).toMatchObject([
    { className: 'cat', mask: LEFT, score: 0.5, key: 'm', source: 'x/instances.json#0' },
    { className: 'cat', mask: RIGHT, predictedIou: 0.9, partOf: 'm' },
    { mask: LEFT, source: 'x/instances.json#2' },
    { className: 'category 9', box: { x0: 1, y0: 0, x1: 4, y1: 2 }, unit: 'pixel' },
  ]);
  expect(problems).toEqual([
    "x/instances.json#5: image_id 8 names none of the file's images",
    'x/instances.json#4: counts must add up to 4 * 6 = 24, got 5',
    'x/instances.json#6: a polygon needs three or more corners as numbers, this one has 4 values',
  ]);
});

test('coco: a list of results finds its pictures by number and its classes in the file beside it', async () => {
  const results = [
    { image_id: 7, category_id: 3, bbox: [0, 0, 2, 2], score: 0.8 },
    { image_id: 42, category_id: 3, bbox: [0, 0, 1, 1], score: 0.1 },
  ];
  const names = { images: [image], annotations: [], categories: [{ id: 3, name: 'cat' }] };
  expect(await detectFormat(filesOf({ 'results.json': results }))).toBe('coco');
  const read1 = await read('coco', { 'results.json': results, 'names.json': names });
  expect(read1.names).toEqual([
    ['a.jpg', 'a.jpg'],
    ['42', '000000000042'],
  ]);
  expect(read1.masks[0]).toMatchObject({ className: 'cat', score: 0.8, box: { x1: 2 } });
});

test('coco panoptic: segments are found by the colour of their id', async () => {
  const rgb = new Uint8Array(6 * 4 * 3);
  const id = 5 + 256 * 2;
  for (let y = 1; y < 3; y++) for (let x = 1; x < 3; x++) rgb.set([5, 2, 0], (y * 6 + x) * 3);
  rgb.set([9, 9, 9], 0);
  const png = encode({ width: 6, height: 4, data: rgb, channels: 3, depth: 8 });
  const file = {
    images: [image],
    categories: [{ id: 1, name: 'sky' }],
    annotations: [
      {
        image_id: 7,
        file_name: 'a.png',
        segments_info: [
          { id, category_id: 1 },
          { id: 77, category_id: 1 },
        ],
      },
    ],
  };
  const contents = { 'panoptic_val.json': file, 'panoptic_val/a.png': png };
  expect(await detectFormat(filesOf(contents))).toBe('coco-panoptic');
  const { masks, problems } = await read('coco-panoptic', contents);
  expect(masks).toMatchObject([{ className: 'sky', mask: LEFT }]);
  expect(problems).toEqual([
    'panoptic_val.json#0/1: segment 77 has no pixel in its picture',
    'panoptic_val.json#0: pixels of segment 592137 belong to no entry of segments_info',
  ]);
});

test('sa-1b: masks come with the scores of the model that made them', async () => {
  const file = {
    image: { image_id: 1, ...image },
    annotations: [
      { segmentation: counts(LEFT), predicted_iou: 0.97, stability_score: 0.95, point_coords: [[1, 1]] },
    ],
  };
  expect(await detectFormat(filesOf({ 'sa_1.json': file }))).toBe('sa-1b');
  const { masks } = await read('sa-1b', { 'sa_1.json': file });
  expect(masks).toMatchObject([{ className: null, mask: LEFT, predictedIou: 0.97, stability: 0.95 }]);
});

test('labelme: polygons of one group are one object; masks, rectangles and what is no area', async () => {
  const mask = encode({ width: 2, height: 4, data: new Uint8Array(8).fill(255), channels: 1, depth: 8 });
  const file = {
    imagePath: '../img/a.jpg',
    imageWidth: 6,
    imageHeight: 4,
    shapes: [
      {
        label: 'cat',
        shape_type: 'polygon',
        points: [
          [1, 1],
          [2, 1],
          [2, 3],
          [1, 3],
        ],
        group_id: 1,
      },
      {
        label: 'cat',
        shape_type: 'polygon',
        points: [
          [2, 1],
          [3, 1],
          [3, 3],
          [2, 3],
        ],
        group_id: 1,
      },
      {
        label: 'dog',
        shape_type: 'mask',
        points: [
          [4, 0],
          [5, 3],
        ],
        mask: Buffer.from(mask).toString('base64'),
      },
      {
        label: 'box',
        shape_type: 'rectangle',
        points: [
          [5, 3],
          [1, 1],
        ],
      },
      {
        label: 'line',
        shape_type: 'line',
        points: [
          [5, 3],
          [1, 1],
        ],
      },
    ],
  };
  expect(await detectFormat(filesOf({ 'ann/a.json': file }))).toBe('labelme');
  const { masks, problems, names } = await read('labelme', { 'ann/a.json': file });
  expect(names[0]).toEqual(['../img/a.jpg', 'ann/a.jpg', 'a.jpg', 'a']);
  expect(masks).toMatchObject([
    { className: 'cat', mask: LEFT },
    { className: 'dog', mask: RIGHT },
    { className: 'box', box: { x0: 1, y0: 1, x1: 5, y1: 3 } },
  ]);
  expect(problems).toEqual(['ann/a.json#4: a shape of type line is no area']);
});

/** Label Studio's brush code, written plainly: no repeats, all lengths of 16 bits. */
function brush(rows: readonly string[]): number[] {
  let bits = '';
  const put = (value: number, width: number) => {
    bits += value.toString(2).padStart(width, '0');
  };
  const bytes = [...rows.join('')].flatMap((pixel) => (pixel === '#' ? [1, 2, 3, 255] : [0, 0, 0, 0]));
  put(bytes.length, 32);
  put(7, 5);
  for (let i = 0; i < 4; i++) put(15, 4);
  // one repeat of the zeros in front, then the rest word by word
  const zeros = bytes.findIndex((byte) => byte > 0);
  put(1, 1);
  put(2, 2);
  put(zeros - 1, 16);
  put(0, 8);
  put(0, 1);
  put(3, 2);
  put(bytes.length - zeros - 1, 16);
  for (const byte of bytes.slice(zeros)) put(byte, 8);
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

test('label studio: brush masks, polygons and rectangles in per cent, predictions where nobody annotated', async () => {
  const of = { original_width: 6, original_height: 4 };
  const per = (x: number, y: number) => [(x / 6) * 100, (y / 4) * 100];
  const file = [
    {
      data: { image: '/data/upload/3/0a1b2c3d-a.jpg' },
      annotations: [
        {
          result: [
            {
              id: 'p',
              ...of,
              type: 'brushlabels',
              value: { format: 'rle', rle: brush(RIGHT), brushlabels: ['cat'] },
            },
            {
              ...of,
              type: 'polygonlabels',
              parentID: 'p',
              value: { points: [per(1, 1), per(3, 1), per(3, 3), per(1, 3)], polygonlabels: ['dog'] },
            },
            { ...of, type: 'choices', value: { choices: ['day'] } },
            { ...of, type: 'brushlabels', value: { format: 'rle', rle: [0, 0, 0, 9], brushlabels: ['cat'] } },
          ],
        },
        { was_cancelled: true, result: [{ ...of, value: { rle: brush(LEFT) } }] },
      ],
      predictions: [{ score: 0.3, result: [{ ...of, value: { rle: brush(LEFT) } }] }],
    },
    {
      data: { image: 'https://x.org/b%20c.png?sig=1' },
      predictions: [
        {
          score: 0.25,
          result: [
            {
              ...of,
              type: 'rectanglelabels',
              value: { x: 50, y: 0, width: 50, height: 100, rectanglelabels: ['box'] },
            },
          ],
        },
      ],
    },
  ];
  expect(await detectFormat(filesOf({ 'export.json': file }))).toBe('label-studio');
  const { masks, problems, names } = await read('label-studio', { 'export.json': file });
  expect(names.map((each) => each.at(-1))).toEqual(['a.jpg', 'b c.png']);
  expect(masks).toMatchObject([
    { className: 'cat', mask: RIGHT, key: 'p' },
    { className: 'dog', mask: LEFT, partOf: 'p' },
    { className: 'box', score: 0.25, unit: 'fraction', box: { x0: 0.5, x1: 1 } },
  ]);
  expect(problems).toEqual(['export.json#0/0/3: rle must unpack to 6 * 4 * 4 bytes, it says 9']);
});

test('cvat: polygons in groups, masks run row by row in their window, a document type is refused', async () => {
  const xml = `<?xml version="1.0"?><annotations><version>1.1</version>
    <image id="0" name="dir/a.jpg" width="6" height="4">
      <polygon label="cat" points="1,1;2,1;2,3;1,3" group_id="4" z_order="1">
        <attribute name="mask_id">m1</attribute><attribute name="parent_mask_id"></attribute></polygon>
      <polygon label="cat" points="2,1;3,1;3,3;2,3" group_id="4" z_order="1"/>
      <mask label="a &amp; b" rle="0, 2, 1, 1, 2, 2" left="4" top="0" width="2" height="4" z_order="0">
        <attribute name="mask_id">m2</attribute><attribute name="parent_mask_id">m1</attribute></mask>
      <box label="dog" xtl="1.0" ytl="1" xbr="3" ybr="3"/>
      <polyline label="way" points="1,1;2,2"/>
    </image></annotations>`;
  expect(await detectFormat(filesOf({ 'annotations.xml': xml }))).toBe('cvat');
  const { masks, problems } = await read('cvat', { 'annotations.xml': xml });
  expect(masks).toMatchObject([
    {
      className: 'a & b',
      mask: ['....##', '.....#', '......', '....##'],
      key: 'm2',
      partOf: 'm1',
    },
    { className: 'dog', box: { x0: 1, y0: 1, x1: 3, y1: 3 } },
    { className: 'cat', mask: LEFT, key: 'm1', partOf: undefined },
  ]);
  expect(problems).toEqual(['annotations.xml#0/polyline0: a polyline is no area']);
  const bomb = `<!DOCTYPE a [<!ENTITY b "bbbb">]>${xml}`;
  expect((await read('cvat', { 'a.xml': bomb })).problems).toEqual([
    'a.xml: a document type is not taken in',
  ]);
});

test('voc: an object has the class that most of its pixels have; 255 is nobody’s', async () => {
  const palette = [
    [0, 0, 0],
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ] as [number, number, number][];
  const grey = (rows: readonly string[]) =>
    encode({
      width: 6,
      height: 4,
      data: Uint8Array.from(rows.join(''), (v) => (v === 'v' ? 255 : Number(v))),
      channels: 1,
      depth: 8,
    });
  const objects = grey(['0000vv', '0110vv', '0110vv', '000022']);
  const classes = encode({
    width: 6,
    height: 4,
    data: Uint8Array.from('000000033000031000000022', Number),
    channels: 1,
    depth: 8,
    palette,
  });
  const contents = {
    'SegmentationObject/a.png': objects,
    'SegmentationClass/a.png': classes,
    'class_names.txt': '_background_\ncat\ndog\nbird\n',
  };
  expect(await detectFormat(filesOf(contents))).toBe('voc');
  const { masks, names } = await read('voc', contents);
  expect(names).toEqual([['a']]);
  expect(masks).toMatchObject([
    { className: 'bird', mask: LEFT, source: 'SegmentationObject/a.png#1' },
    { className: 'dog', mask: ['......', '......', '......', '....##'] },
  ]);
  const boxes = `<annotation><filename>a.jpg</filename><size><width>6</width><height>4</height></size>
    <object><name>cat</name><bndbox><xmin>2</xmin><ymin>2</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>`;
  expect(await detectFormat(filesOf({ 'Annotations/a.xml': boxes }))).toBe('voc');
  expect((await read('voc', { 'Annotations/a.xml': boxes })).masks).toMatchObject([
    { className: 'cat', box: { x0: 1, y0: 1, x1: 3, y1: 3 } },
  ]);
});

test('yolo: polygons and boxes as shares, names from YAML, a confidence at the end', async () => {
  const contents = {
    'data.yaml': 'path: .\nnames:\n  0: cat\n  1: dog\n',
    'labels/train/a.txt': '1 0.16666 0.25 0.5 0.25 0.5 0.75 0.16666 0.75\n0 0.5 0.5 1 1 0.4\n\n0 x\n',
  };
  expect(await detectFormat(filesOf(contents))).toBe('yolo-seg');
  const { masks, problems, names } = await read('yolo-seg', contents);
  expect(names).toEqual([['images/train/a', 'labels/train/a', 'a']]);
  expect(masks).toMatchObject([
    { className: 'dog', mask: LEFT },
    { className: 'cat', box: { x0: 0, y0: 0, x1: 1, y1: 1 }, score: 0.4 },
  ]);
  expect(problems).toEqual(['labels/train/a.txt:4: a line is a class number and shares of width and height']);
});

test('label maps: names for all pictures or for one, 16 bits, colours only where the names state them', async () => {
  const values = (rows: readonly string[], scale: number) =>
    Uint16Array.from(rows.join(''), (pixel) => (pixel === '#' ? scale : 0));
  const contents = {
    'classes.json': { '300': 'cat' },
    'a.png': encode({ width: 6, height: 4, data: values(LEFT, 300), channels: 1, depth: 16 }),
    'b.json': { segments: [{ id: 4, category: 'dog', mask_id: 'm4', parent_mask_id: 'm3' }] },
    'b.png': encode({ width: 6, height: 4, data: Uint8Array.from(values(RIGHT, 4)), channels: 1, depth: 8 }),
    'photo.png': encode({ width: 6, height: 4, data: new Uint8Array(72).fill(9), channels: 3, depth: 8 }),
  };
  expect(await detectFormat(filesOf(contents))).toBe('label-maps');
  const { masks, problems } = await read('label-maps', contents);
  expect(masks).toMatchObject([
    { className: 'cat', mask: LEFT, source: 'a.png#300' },
    { className: 'dog', mask: RIGHT, key: 'm4', partOf: 'm3' },
  ]);
  expect(problems).toEqual([
    'photo.png: a picture with colours: not read, because the names state no colours',
  ]);
  const coloured = await read('label-maps', {
    'names.csv': 'r,g,b,name\n0,200,0,grass\n',
    'c.png': encode({
      width: 6,
      height: 4,
      data: Uint8Array.from(
        [...RIGHT.join('')].flatMap((pixel) => (pixel === '#' ? [0, 200, 0] : [0, 0, 0])),
      ),
      channels: 3,
      depth: 8,
    }),
  });
  expect(coloured.masks).toMatchObject([{ className: 'grass', mask: RIGHT }]);
});

test('a PNG that unpacks to more than its size says is refused before it is unpacked', async () => {
  const png = encode({ width: 6, height: 4, data: new Uint8Array(24), channels: 1, depth: 8 });
  // the same header with twenty megabytes behind it
  const packed = deflateSync(Buffer.alloc(20_000_000));
  const chunk = Buffer.alloc(12 + packed.length);
  chunk.writeUInt32BE(packed.length, 0);
  chunk.write('IDAT', 4, 'latin1');
  packed.copy(chunk, 8);
  const bomb = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(png.length - 12)]);
  const { problems } = await read('label-maps', { 'a.png': bomb });
  expect(problems[0]).toContain('a.png: the PNG does not unpack to its size');
});

test('IM3 what leaves the picture is cut off and said, what is outside or empty is refused with the reason', () => {
  const size = { width: 6, height: 4 };
  const polygon = (outer: number[]) =>
    rasterise({ kind: 'polygons', unit: 'pixel', polygons: [{ outer, holes: [] }] }, size);
  expect(polygon([4, 0, 9, 0, 9, 4, 4, 4])).toMatchObject({ note: expect.stringContaining('cut off') });
  expect(polygon([10, 0, 12, 0, 12, 4])).toEqual({ reason: 'the outline lies outside the picture' });
  expect(polygon([1, 1, 1.2, 1, 1.2, 1.2])).toEqual({ reason: 'the outline covers no pixel’s centre' });
  expect(rasterise({ kind: 'rle', rle: drawing(LEFT) }, { width: 4, height: 6 })).toEqual({
    reason: 'the mask is of 6 x 4 pixels, its picture of 4 x 6',
  });
});

test('nothing is read out of what is no labels at all', async () => {
  expect(await detectFormat(filesOf({ 'a.txt': 'hello', 'b.json': '{', 'c.json': { a: 1 } }))).toBeNull();
});

test('IM8 coco: a supercategory is a parent where it names a category, not where it is a topic or a kind', async () => {
  const file = {
    images: [image],
    annotations: [],
    categories: [
      { id: 1, name: 'car', supercategory: 'vehicle' },
      { id: 2, name: 'wheel', supercategory: 'car' },
      { id: 3, name: 'person', supercategory: 'person' },
      { id: 4, name: 'thing', supercategory: 'thing', isthing: 1 },
      { id: 5, name: 'sky', supercategory: 'stuff', isthing: 0 },
      { id: 6, name: 'cup', supercategory: 'thing', isthing: 1 },
    ],
  };
  const found = await findings('coco', { 'a.json': file });
  expect(found.flatMap((each) => (each.type === 'classes' ? each.classes : []))).toEqual([
    { name: 'car', parent: null, kind: null },
    { name: 'wheel', parent: 'car', kind: null },
    { name: 'person', parent: null, kind: null },
    { name: 'thing', parent: null, kind: 'thing' },
    { name: 'sky', parent: null, kind: 'stuff' },
    { name: 'cup', parent: null, kind: 'thing' },
  ]);
});
