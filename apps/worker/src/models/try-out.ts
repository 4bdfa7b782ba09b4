import {
  bestCandidate,
  decodeEmbedding,
  degenerateReason,
  embeddingStatistics,
  encodeEmbedding,
  type ModelManifest,
  maskArea,
  maskFromLogits,
  modelFrame,
  type Pixels,
  pixels,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import { type EngineOptions, type EnginePaths, loadEngine } from '../inference/ort-node-engine.ts';

export interface TriedOut {
  readonly provider: string;
  readonly loadMs: number;
  readonly encodeMs: number;
  /** median of five */
  readonly decodeMs: number;
  /** pixels of the mask for a click on the disc, and of the disc */
  readonly maskArea: number;
  readonly discArea: number;
  readonly predictedIou: number;
  readonly embeddingBytes: number;
}

const SIZE = { width: 640, height: 480 };
const DISC = { x: 400, y: 220, radius: 110 };

/**
 * Runs one picture (a bright disc on a dark gradient) through encoder and decoder, by way of the stored form.
 * @throws DomainError or SamCoreError MODEL_CONTRACT_MISMATCH; Error when the embedding cannot be real
 */
export async function tryOut(
  manifest: ModelManifest,
  paths: EnginePaths,
  options: EngineOptions,
): Promise<TriedOut> {
  const start = performance.now();
  const engine = await loadEngine(manifest, paths, options);
  try {
    const loaded = performance.now();
    const made = await engine.encode(picture());
    const encoded = performance.now();
    const reason = degenerateReason(embeddingStatistics(made));
    if (reason !== null) throw new Error(`model ${manifest.id}: ${reason}`);
    const file = encodeEmbedding(made);
    const embedding = decodeEmbedding(file);
    const prompt = { points: [{ x: DISC.x, y: DISC.y, label: 'foreground' as const }], box: null };
    const tensors = toDecoderPrompt([prompt], manifest, SIZE);
    const times: number[] = [];
    let output = await engine.decode(embedding, tensors);
    for (let i = 0; i < 5; i++) {
      const before = performance.now();
      output = await engine.decode(embedding, tensors);
      times.push(performance.now() - before);
    }
    const best = bestCandidate(output, 0, true);
    const mask = maskFromLogits(
      best.lowRes,
      modelFrame(SIZE, manifest.side, manifest.encoder.fit),
      manifest.decoder.maskThreshold,
    );
    return {
      provider: engine.provider,
      loadMs: loaded - start,
      encodeMs: encoded - loaded,
      decodeMs: times.sort((a, b) => a - b)[2] ?? Number.NaN,
      maskArea: maskArea(mask),
      discArea: Math.round(Math.PI * DISC.radius ** 2),
      predictedIou: best.iou,
      embeddingBytes: file.length,
    };
  } finally {
    await engine.close();
  }
}

function picture(): Pixels {
  const { width, height } = SIZE;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.hypot(x - DISC.x, y - DISC.y) < DISC.radius;
      data.set(inside ? [235, 200, 60] : [(x * 80) / width, 40, (y * 90) / height], (y * width + x) * 3);
    }
  }
  return pixels(data, SIZE);
}
