import { hash } from './random.ts';

const fade = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);

/** Value noise in 0..1, smooth, one feature per unit of length. */
export function noise(x: number, y: number, z: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  const u = fade(x - ix);
  const v = fade(y - iy);
  const w = fade(z - iz);
  const a = hash(ix, iy, iz);
  const b = hash(ix + 1, iy, iz);
  const c = hash(ix, iy + 1, iz);
  const d = hash(ix + 1, iy + 1, iz);
  const e = hash(ix, iy, iz + 1);
  const f = hash(ix + 1, iy, iz + 1);
  const g = hash(ix, iy + 1, iz + 1);
  const h = hash(ix + 1, iy + 1, iz + 1);
  const front = a + (b - a) * u + (c + (d - c) * u - a - (b - a) * u) * v;
  const back = e + (f - e) * u + (g + (h - g) * u - e - (f - e) * u) * v;
  return front + (back - front) * w;
}

/** Sum of `octaves` noises, each twice as fine and half as strong; in 0..1, mean about 0.5. */
export function fractal(x: number, y: number, z: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  let total = 0;
  let k = 1;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise(x * k + i * 17.3, y * k - i * 9.1, z * k + i * 5.7);
    total += weight;
    weight *= 0.5;
    k *= 2.03;
  }
  return sum / total;
}
