// The inference process: loads models, unpacks pictures, runs graphs. Started by inference-process.ts, which keeps the
// process with the queue's locks free: every run of onnxruntime-node blocks the event loop it is called from.
import { closeUpFault, DomainError } from '@maskloop/domain';
import {
  cropPixels,
  decodeEmbedding,
  degenerateReason,
  embeddingStatistics,
  encodeEmbedding,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import { EnginePool, engineKey, textKey } from './engine-pool.ts';
import { match } from './match.ts';
import { loadEngine, type OrtEngine, type Provider } from './ort-node-engine.ts';
import { propose } from './propose.ts';
import {
  type Answers,
  type FromChild,
  type HostState,
  type RequestKind,
  type Requests,
  type ToChild,
  toWire,
} from './protocol.ts';
import { readPixels } from './read-pixels.ts';
import { loadTextEngine } from './text-engine.ts';

/** Passed as JSON in the first argument. */
export interface HostOptions {
  readonly providers: readonly Provider[];
  readonly threads: number;
  readonly mostModels: number;
  readonly mostTextModels: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
const pool = new EnginePool({
  most: options.mostModels,
  key: engineKey,
  load: (manifest: Requests['encode']['manifest'], paths: Requests['encode']['paths']) =>
    loadEngine(manifest, paths, options),
});
const textPool = new EnginePool({
  most: options.mostTextModels,
  key: textKey,
  load: (manifest: Requests['match']['manifest'], paths: Requests['match']['paths']) =>
    loadTextEngine(manifest, paths, options),
});
let provider: Provider | null = null;

const aborts = new Map<number, AbortController>();

async function encode(
  engine: OrtEngine,
  { manifest, image, maxPixels, closeUp }: Requests['encode'],
): Promise<Answers['encode']> {
  const start = performance.now();
  const picture = await readPixels(image, maxPixels);
  const fault = closeUp && closeUpFault(closeUp, picture);
  if (fault) throw new DomainError('INVALID_INPUT', fault, { closeUp });
  const pixels = closeUp ? cropPixels(picture, closeUp) : picture;
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
    picture: { width: picture.width, height: picture.height },
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

function work(message: Request, signal: AbortSignal): Promise<Answers[RequestKind]> {
  const report = (progress: number) => void process.send?.({ id: message.id, progress } satisfies FromChild);
  if (message.kind === 'match') {
    const { request } = message;
    return textPool.use(request.manifest, request.paths, (engine) => {
      provider = engine.provider;
      return match(engine, request, { signal, report });
    });
  }
  const { manifest, paths } = message.request;
  return pool.use(manifest, paths, (engine) => {
    provider = engine.provider;
    return segment(engine, message, { signal, report });
  });
}

function segment(
  engine: OrtEngine,
  message: Exclude<Request, { kind: 'match' }>,
  during: Parameters<typeof propose>[2],
): Promise<Answers[RequestKind]> {
  switch (message.kind) {
    case 'encode':
      return encode(engine, message.request);
    case 'decode':
      return decode(engine, message.request);
    case 'propose':
      return propose(engine, message.request, during);
  }
}

const stateNow = (): HostState => ({ provider, models: [...pool.names, ...textPool.names] });

async function answer(message: Request): Promise<FromChild> {
  const { id } = message;
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const result = await work(message, abort.signal);
    return { id, ok: true, answer: result, state: stateNow() };
  } catch (error) {
    return { id, ok: false, error: toWire(error), state: stateNow() };
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
