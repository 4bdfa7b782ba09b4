import {
  assertContract,
  createDecoder,
  type RunModel,
  type SamDecoder,
  type Tensor,
} from '@maskloop/sam-core';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { DecoderError, type DecoderOptions, type DecoderRuntime, type DecoderSource } from './protocol.ts';

/** The parts of onnxruntime that both of its builds have. */
type Ort = typeof import('onnxruntime-web');

export interface OpenedDecoder {
  readonly decoder: SamDecoder;
  readonly runtime: DecoderRuntime;
}

/**
 * More cost more in waking than they give on a decoder of this size; half of the cores leaves the page and the
 * compositor theirs, without which the mask would come sooner but be seen later.
 */
const MOST_THREADS = 4;

/**
 * A decoder session in the browser: WebGPU where it is wanted and there, else WASM with SIMD, on several threads
 * when the page is isolated from other origins and on one otherwise.
 */
export async function openDecoder(
  source: DecoderSource,
  options: DecoderOptions,
  read: (url: string) => Promise<Uint8Array>,
): Promise<OpenedDecoder> {
  const [model, ...weights] = await Promise.all([
    read(source.url),
    ...source.externals.map(async ({ path, url }) => ({ path, data: await read(url) })),
  ]);
  const threads = threadsFor(options);
  let fallback: string | null = null;
  if (options.webgpu && (await hasGpu())) {
    try {
      return await start('webgpu', await import('onnxruntime-web/webgpu'));
    } catch (error) {
      // a driver that fails is no reason to be without a decoder
      fallback = error instanceof Error ? error.message : String(error);
    }
  }
  return await start('wasm', await import('onnxruntime-web/wasm'));

  async function start(provider: DecoderRuntime['provider'], ort: Ort): Promise<OpenedDecoder> {
    setUp(ort, threads);
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(weights.length > 0 ? { externalData: weights } : {}),
    });
    assertContract(source.manifest, {
      decoderInputs: session.inputNames,
      decoderOutputs: session.outputNames,
    });
    const decoder = createDecoder(source.manifest, runOn(ort, session));
    return { decoder, runtime: { provider, threads, fallback } };
  }
}

/**
 * One Identity node as ONNX: opening it makes onnxruntime load and compile its WASM, which takes longer than
 * everything else at the first start.
 */
const SMALLEST_MODEL = Uint8Array.from(
  (
    '08084202100d3a370a100a01781201792208' +
    '4964656e74697479' +
    '1201675a0f0a0178120a0a08080112040a020801' +
    '620f0a0179120a0a08080112040a020801'
  ).match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);

/** Loads the WASM runtime ahead of the first decoder. Nothing depends on it: a failure shows when one is opened. */
export async function warmUp(options: DecoderOptions): Promise<void> {
  if (options.webgpu) return;
  const ort = await import('onnxruntime-web/wasm');
  setUp(ort, threadsFor(options));
  await (await ort.InferenceSession.create(SMALLEST_MODEL, { executionProviders: ['wasm'] })).release();
}

function setUp(ort: Ort, threads: number): void {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false; // we are in a worker already, and the proxy detaches cached tensors
  ort.env.logLevel = 'error';
}

function runOn(ort: Ort, session: InferenceSession): RunModel {
  return async (feeds, fetches) => {
    const inputs: Record<string, OrtTensor> = {};
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toOrt(ort, tensor);
    const outputs = await session.run(inputs, [...fetches]);
    const found: Record<string, Tensor> = {};
    for (const name of fetches) {
      const output = outputs[name];
      if (output === undefined)
        throw new DecoderError('MODEL_CONTRACT_MISMATCH', `The decoder has no ${name}`);
      found[name] = { type: 'float32', dims: output.dims, data: (await output.getData()) as Float32Array };
    }
    return found;
  };
}

function toOrt(ort: Ort, { type, dims, data }: Tensor): OrtTensor {
  // the manifest ties dtype and array together; onnxruntime's overloads want to see it
  return new ort.Tensor(type as 'float32', data as Float32Array, dims);
}

function threadsFor({ threads }: DecoderOptions): number {
  if (!globalThis.crossOriginIsolated) return 1;
  const cores = navigator.hardwareConcurrency ?? 2;
  return Math.min(MOST_THREADS, threads > 0 ? threads : Math.ceil(cores / 2));
}

async function hasGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  return gpu !== undefined && (await gpu.requestAdapter().catch(() => null)) !== null;
}
