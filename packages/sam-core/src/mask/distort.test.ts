import { expect, test } from 'vitest';
import { seeded } from '../testing.ts';
import { bitMask } from './bit-mask.ts';
import { DISTORTIONS, distort, distortMask, WRONG_IOU } from './distort.ts';
import { encodeRle, type Rle, rleArea, rleBox, rleIou } from './rle.ts';

const SIZE = { width: 160, height: 120 };

/** Discs: `[middle x, middle y, radius]`. */
function disc([cx, cy, radius]: readonly [number, number, number]): Rle {
  const mask = bitMask(SIZE);
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      if ((x - cx) ** 2 + (y - cy) ** 2 < radius ** 2) mask.data[y * SIZE.width + x] = 1;
    }
  }
  return encodeRle(mask);
}

const randomFrom = (seed: number) => {
  const next = seeded(seed);
  return () => next() / 2 ** 32;
};

test('PP2 whatever the image, a planted mask is wrong: below IoU 0.5 with all that is there, and of a usual size', () => {
  let made = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const random = randomFrom(seed);
    const count = 1 + Math.floor(random() * 12);
    const discs = Array.from({ length: count }, () =>
      disc([random() * SIZE.width, random() * SIZE.height, 4 + random() * 25]),
    ).filter((rle) => rleBox(rle) !== null);
    const [source, ...others] = discs;
    if (!source) continue;
    const wrong = distortMask(source, {
      others,
      known: discs,
      maxBoxIou: 0.7,
      maxAreaShare: 0.9,
      random,
    });
    if (wrong === null) continue;
    made++;
    for (const known of discs) expect(rleIou(wrong, known)).toBeLessThan(WRONG_IOU);
    const areas = discs.map(rleArea);
    expect(rleArea(wrong)).toBeGreaterThanOrEqual(Math.min(...areas) / 1.5);
    expect(rleArea(wrong)).toBeLessThanOrEqual(Math.max(...areas) * 1.5);
  }
  expect(made).toBeGreaterThan(90);
});

test('PP2 each way of making a mask wrong gives one from two discs and their neighbour', () => {
  const [a, b, c] = [disc([60, 60, 16]), disc([92, 60, 15]), disc([60, 95, 15])];
  for (const distortion of DISTORTIONS) {
    const wrong = distort(distortion, a, [b, c], randomFrom(7));
    expect(wrong, distortion).not.toBeNull();
    expect(rleArea(wrong ?? a), distortion).toBeGreaterThan(100);
    expect(rleIou(wrong ?? a, a), distortion).toBeLessThan(WRONG_IOU);
  }
  expect(distort('merge', a, [b], randomFrom(7)), 'two make no crowd').toBeNull();
});

test('PP2 where nothing can be made wrong, nothing is made', () => {
  const whole = encodeRle(bitMask(SIZE, new Uint8Array(SIZE.width * SIZE.height).fill(1)));
  const context = { others: [], known: [whole], maxBoxIou: 0.7, maxAreaShare: 1, random: randomFrom(3) };
  expect(distortMask(disc([80, 60, 10]), { ...context, known: [whole], maxAreaShare: 0.001 })).toBeNull();
  expect(distortMask(encodeRle(bitMask(SIZE)), context)).toBeNull();
});

test('PP1 the same numbers make the same mask', () => {
  const discs = [disc([60, 60, 16]), disc([110, 60, 12])] as const;
  const make = () =>
    distortMask(discs[0], {
      others: [discs[1]],
      known: discs,
      maxBoxIou: 0.7,
      maxAreaShare: 0.9,
      random: randomFrom(11),
    });
  expect(make()).toEqual(make());
});
