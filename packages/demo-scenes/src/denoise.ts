/** What the smoothing must not cross: per pixel the world normal and position of its middle, `met` < 0 for none. */
export interface Guides {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly normals: Float32Array;
  /** cm, [height, width, 3] */
  readonly positions: Float32Array;
  /** Piece index, [height, width]. */
  readonly met: Int32Array;
}

export interface DenoiseOptions {
  /** Passes; pass k looks 2 * 2^k pixels far. */
  readonly passes: number;
  /** Values further apart than this (in the buffer's unit) hardly mix. */
  readonly tolerance: number;
}

const KERNEL = [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16];

/**
 * Smooths a noisy light buffer along surfaces: wavelet passes with holes, stopped at edges of shape and value.
 *
 * @param light linear RGB, [height, width, 3]; not changed
 * @returns a new buffer of the same layout
 */
export function denoise(
  light: Float32Array,
  guides: Guides,
  { passes, tolerance }: DenoiseOptions,
): Float32Array {
  const { width, height, normals, positions, met } = guides;
  let from = light;
  for (let pass = 0; pass < passes; pass++) {
    const to = new Float32Array(from.length);
    const gap = 1 << pass;
    const inverse = 1 / (tolerance * 2 ** -pass) ** 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const p = y * width + x;
        const i = p * 3;
        if ((met[p] as number) < 0) {
          to[i] = from[i] as number;
          to[i + 1] = from[i + 1] as number;
          to[i + 2] = from[i + 2] as number;
          continue;
        }
        const nx = normals[i] as number;
        const ny = normals[i + 1] as number;
        const nz = normals[i + 2] as number;
        const px = positions[i] as number;
        const py = positions[i + 1] as number;
        const pz = positions[i + 2] as number;
        const [r0, g0, b0] = [from[i] as number, from[i + 1] as number, from[i + 2] as number];
        let r = 0;
        let g = 0;
        let b = 0;
        let total = 0;
        for (let ky = -2; ky <= 2; ky++) {
          const yy = y + ky * gap;
          if (yy < 0 || yy >= height) continue;
          for (let kx = -2; kx <= 2; kx++) {
            const xx = x + kx * gap;
            if (xx < 0 || xx >= width) continue;
            const q = yy * width + xx;
            if ((met[q] as number) < 0) continue;
            const j = q * 3;
            const facing =
              nx * (normals[j] as number) + ny * (normals[j + 1] as number) + nz * (normals[j + 2] as number);
            if (facing < 0.5) continue;
            const [qx, qy, qz] = [
              (positions[j] as number) - px,
              (positions[j + 1] as number) - py,
              (positions[j + 2] as number) - pz,
            ];
            const off = nx * qx + ny * qy + nz * qz;
            const [r1, g1, b1] = [from[j] as number, from[j + 1] as number, from[j + 2] as number];
            const apart = ((r1 - r0) ** 2 + (g1 - g0) ** 2 + (b1 - b0) ** 2) * inverse;
            const f2 = facing * facing;
            const f4 = f2 * f2;
            const weight =
              ((KERNEL[kx + 2] as number) * (KERNEL[ky + 2] as number) * f4 * f4) /
              ((1 + off * off * 30) * (1 + apart));
            r += weight * r1;
            g += weight * g1;
            b += weight * b1;
            total += weight;
          }
        }
        to[i] = r / total;
        to[i + 1] = g / total;
        to[i + 2] = b / total;
      }
    }
    from = to;
  }
  return from;
}
