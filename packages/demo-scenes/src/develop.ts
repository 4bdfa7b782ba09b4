import { hash } from './random.ts';

/**
 * Develops linear light into a picture: exposure, darker corners, a film-like curve, a trace of grain.
 *
 * @param light linear RGB, [height, width, 3]
 * @returns sRGB 0..255, [height, width, 3]
 */
export function develop(light: Float32Array, width: number, height: number, exposure: number): Uint8Array {
  const out = new Uint8Array(light.length);
  const reach = (width * width + height * height) / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const corner = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / reach;
      const gain = exposure * (1 - 0.22 * corner * corner);
      const grain = (hash(p, 1, 77) + hash(p, 2, 77) - 1) * 0.011;
      for (let c = 0; c < 3; c++) {
        const v = Math.max(light[p * 3 + c] as number, 0) * gain;
        // straight in the shadows, rolls off towards white
        const film = v < 0.4 ? v : 0.4 + 0.6 * (1 - Math.exp(-(v - 0.4) / 0.6));
        const s = film <= 0.0031308 ? film * 12.92 : 1.055 * film ** (1 / 2.4) - 0.055;
        const contrast = s + 0.35 * s * (1 - s) * (s - 0.42);
        out[p * 3 + c] = Math.min(Math.max(Math.round((contrast + grain) * 255), 0), 255);
      }
    }
  }
  return out;
}
