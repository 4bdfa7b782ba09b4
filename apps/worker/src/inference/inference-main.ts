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
import type { OrtEngine, Provider } from './ort-node-engine.ts';
import { propose } from './propose.ts';
import {
  type Answers,
  type FromChild,
  type RequestKind,
  type Requests,
  type ToChild,
  toWire,
} from './protocol.ts';
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

const aborts = new Map<number, AbortController>();

async function encode(
  engine: OrtEngine,
  { manifest, image, maxPixels }: Requests['encode'],
): Promise<Answers['encode']> {
  const start = performance.now();
  const pixels = await readPixels(image, maxPixels);
  const read = performance.now();
  const embedding = await engine.encode(pixels);
  const done = performance.now();
  const statistics = embeddingStatistics(embedding);
  const reason = degenerateReason(statistics);
  if (reason !== null) {
    throw new DomainError(
      'EMBEDDING_DEGENERATE',
      `model ${manifest.id} made an unusable embedding on ${engine.provider}: ${reason}`,
      { model: manifest.id, provider: engine.provider, statistics },
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
    encodeMs: done - read,
  };
}

async function decode(
  engine: OrtEngine,
  { manifest, embedding, prompts }: Requests['decode'],
): Promise<Answers['decode']> {
  const start = performance.now();
  const stored = decodeEmbedding(embedding);
  const output = await engine.decode(stored, toDecoderPrompt(prompts, manifest, stored.image));
  return { output, decodeMs: performance.now() - start };
}

type Request = Exclude<ToChild, { kind: 'abort' }>;

function work(engine: OrtEngine, message: Request, signal: AbortSignal): Promise<Answers[RequestKind]> {
  provider = engine.provider;
  switch (message.kind) {
    case 'encode':
      return encode(engine, message.request);
    case 'decode':
      return decode(engine, message.request);
    case 'propose':
      return propose(engine, message.request, {
        signal,
        report: (progress) => process.send?.({ id: message.id, progress } satisfies FromChild),
      });
  }
}

async function answer(message: Request): Promise<FromChild> {
  const { id } = message;
  const { manifest, paths } = message.request;
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const result = await pool.use(manifest, paths, (engine) => work(engine, message, abort.signal));
    return { id, ok: true, answer: result, state: { provider, models: pool.names } };
  } catch (error) {
    return { id, ok: false, error: toWire(error), state: { provider, models: pool.names } };
  } finally {
    aborts.delete(id);
  }
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'abort') aborts.get(message.id)?.abort();
  else void answer(message).then((reply) => process.send?.(reply));
});
// the worker is gone, however it went
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the worker decides when this process may go
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
