// The inference process: loads models, unpacks pictures, runs graphs. Started by inference-process.ts, which keeps the
// process with the queue's locks free: every run of onnxruntime-node blocks the event loop it is called from.
import { DomainError } from '@maskloop/domain';
import {
  decodeEmbedding,
  degenerateReason,
  embeddingStatistics,
  encodeEmbedding,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import { EnginePool } from './engine-pool.ts';
import type { Provider } from './ort-node-engine.ts';
import { type Answers, type FromChild, type Requests, type ToChild, toWire } from './protocol.ts';
import { readPixels } from './read-pixels.ts';

/** Passed as JSON in the first argument. */
export interface HostOptions {
  readonly providers: readonly Provider[];
  readonly threads: number;
  readonly mostModels: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
const pool = new EnginePool(options, options.mostModels);
let provider: Provider | null = null;

async function encode({ manifest, paths, image, maxPixels }: Requests['encode']): Promise<Answers['encode']> {
  const start = performance.now();
  const pixels = await readPixels(image, maxPixels);
  const read = performance.now();
  const engine = await pool.get(manifest, paths);
  provider = engine.provider;
  const loaded = performance.now();
  const embedding = await engine.encode(pixels);
  const done = performance.now();
  const statistics = embeddingStatistics(embedding);
  const reason = degenerateReason(statistics);
  if (reason !== null) {
    throw new DomainError(
      'EMBEDDING_DEGENERATE',
      `model ${manifest.id} made an unusable embedding on ${provider}: ${reason}`,
      { model: manifest.id, provider, statistics },
    );
  }
  const main = statistics.embedding;
  if (main === undefined) throw new Error(`model ${manifest.id}: no statistics of the main tensor`);
  return {
    embedding: encodeEmbedding(embedding),
    width: pixels.width,
    height: pixels.height,
    shapes: Object.fromEntries(
      Object.entries(embedding.tensors).map(([role, tensor]) => [role, [...tensor.dims]]),
    ),
    stats: { min: main.min, max: main.max, mean: main.mean, std: main.std, nonFinite: main.notFinite },
    readMs: read - start,
    encodeMs: done - loaded,
  };
}

async function decode({
  manifest,
  paths,
  embedding,
  prompts,
}: Requests['decode']): Promise<Answers['decode']> {
  const engine = await pool.get(manifest, paths);
  provider = engine.provider;
  const start = performance.now();
  const stored = decodeEmbedding(embedding);
  const output = await engine.decode(stored, toDecoderPrompt(prompts, manifest, stored.image));
  return { output, decodeMs: performance.now() - start };
}

async function answer(message: ToChild): Promise<FromChild> {
  const { id } = message;
  try {
    const result = message.kind === 'encode' ? await encode(message.request) : await decode(message.request);
    return { id, ok: true, answer: result, state: { provider, models: pool.names } };
  } catch (error) {
    return { id, ok: false, error: toWire(error), state: { provider, models: pool.names } };
  }
}

process.on('message', (message: ToChild) => {
  void answer(message).then((reply) => process.send?.(reply));
});
// the worker is gone, however it went
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the worker decides when this process may go
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
