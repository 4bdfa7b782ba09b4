import type { DecoderOutput, Embedding, SamEngine } from './engine.ts';
import type { Size } from './geometry.ts';
import { preprocessingKey } from './image/preprocess.ts';
import { type KnownModelName, manifestOf } from './known-contracts.ts';
import { encoderKey, type ModelManifest } from './manifest.ts';
import { seeded } from './testing.ts';

const file = (path: string, digit: string) => ({ path, sha256: digit.repeat(64), bytes: 1000 });

/** A complete manifest of a known family with made-up files. */
export const testManifest = (name: KnownModelName = 'maskloop-448'): ModelManifest =>
  manifestOf(name, {
    id: `test-${name}`,
    encoder: { file: file('encoder.onnx', 'a') },
    decoder: { file: file('decoder.onnx', 'b') },
  });

/** The embedding of an image by the manifest's encoder, with one tiny tensor for each role. */
export const testEmbedding = (manifest: ModelManifest, image: Size): Embedding => ({
  encoder: encoderKey(manifest),
  preprocessing: preprocessingKey(manifest),
  image,
  side: manifest.side,
  fit: manifest.encoder.fit,
  tensors: Object.fromEntries(
    Object.keys(manifest.encoder.outputs).map((role, r) => [
      role,
      { dims: [1, 2, 3, 3], data: Float32Array.from({ length: 18 }, (_, i) => Math.sin(i + r)) },
    ]),
  ),
});

/**
 * A model that sees nested discs: a click answers with the part, the whole and the group around it, with a score that
 * falls with the distance from the middle. Slopes differ, so that some masks are unstable; specks make regions to
 * clean. Every crop sees the same discs in its own frame.
 */
export function sceneEngine(manifest: ModelManifest, seed = 7): SamEngine {
  const next = seeded(seed);
  const L = manifest.decoder.lowResSide;
  const discs = Array.from({ length: 9 }, () => ({
    x: next() % manifest.side,
    y: next() % manifest.side,
    radius: manifest.side / 14 + (next() % (manifest.side / 7)),
    slope: 0.05 + (next() % 100) / 60,
  }));
  const { maskTokens: K, loneClick } = manifest.decoder;
  return {
    manifest,
    encode: async (pixels) => testEmbedding(manifest, pixels),
    decode: async (_embedding, prompt): Promise<DecoderOutput> => {
      const lowRes = new Float32Array(prompt.prompts * K * L * L);
      const iou = new Float32Array(prompt.prompts * K);
      for (let p = 0; p < prompt.prompts; p++) {
        const [px, py] = [prompt.coords[p * prompt.tokens * 2]!, prompt.coords[p * prompt.tokens * 2 + 1]!];
        const away = (d: (typeof discs)[number]) => Math.hypot(d.x - px, d.y - py) / d.radius;
        const disc = discs.reduce((best, d) => (away(d) < away(best) ? d : best));
        for (let k = 0; k < K; k++) {
          const at = p * K + k;
          const radius = disc.radius * (0.5 + 0.35 * k);
          iou[at] = 1 - 0.12 * away(disc) - 0.01 * k;
          for (let y = 0; y < L; y++) {
            for (let x = 0; x < L; x++) {
              const distance = Math.hypot(
                (x + 0.5) * (manifest.side / L) - disc.x,
                (y + 0.5) * (manifest.side / L) - disc.y,
              );
              const speck = (x * 7 + y * 13 + k) % 211 === 0 ? 3 : 0;
              lowRes[at * L * L + y * L + x] = (radius - distance) * disc.slope + speck;
            }
          }
        }
      }
      return { prompts: prompt.prompts, maskTokens: K, loneClick, lowResSide: L, lowRes, iou, object: null };
    },
  };
}
