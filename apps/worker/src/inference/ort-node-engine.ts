import {
  assertContract,
  createEngine,
  type Feeds,
  type ModelManifest,
  type RunModel,
  SamCoreError,
  type SamEngine,
  type Tensor,
} from '@maskloop/sam-core';
import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

// a provider that is not there is no news, and every failure comes as an exception too
env.logLevel = 'fatal';

/** Execution providers of onnxruntime-node that the worker knows how to ask for. */
export type Provider = 'cuda' | 'webgpu' | 'cpu';

/** Where the two graphs lie; data files of large graphs lie beside them under the names the graphs state. */
export interface EnginePaths {
  readonly encoder: string;
  readonly decoder: string;
}

export interface EngineOptions {
  /** tried in this order; the first that loads both graphs is used */
  readonly providers: readonly Provider[];
  /** threads of one run on the CPU; 0: onnxruntime decides (physical cores) */
  readonly threads: number;
}

/** SAM on onnxruntime-node. Every `run` blocks this process's event loop: use it in a process of its own. */
export interface OrtEngine extends SamEngine {
  readonly provider: Provider;
  close(): Promise<void>;
}

/**
 * Loads both graphs and compares them with the manifest before anything runs.
 *
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH naming what the manifest says and what the files have
 * @throws Error when no provider loads the graphs, with every provider's reason
 */
export async function loadEngine(
  manifest: ModelManifest,
  paths: EnginePaths,
  options: EngineOptions,
): Promise<OrtEngine> {
  const { sessions, provider } = await firstThatLoads([paths.encoder, paths.decoder], options);
  const [encoder, decoder] = sessions as [InferenceSession, InferenceSession];
  try {
    assertContract(manifest, {
      encoderInputs: encoder.inputNames,
      encoderOutputs: encoder.outputNames,
      decoderInputs: decoder.inputNames,
      decoderOutputs: decoder.outputNames,
    });
    assertShapes(manifest, encoder, decoder);
  } catch (error) {
    await closeAll(sessions);
    throw error;
  }
  return {
    ...createEngine(manifest, runOf(encoder), runOf(decoder)),
    provider,
    close: () => closeAll(sessions),
  };
}

/**
 * Opens the graphs of a model, all under one provider, the first that loads them.
 * onnxruntime refuses a whole list whose first entry is not available, so each provider is tried alone.
 *
 * @returns one session for each path
 * @throws Error when no provider loads the graphs, with every provider's reason
 */
export async function firstThatLoads(
  paths: readonly string[],
  { providers, threads }: EngineOptions,
): Promise<{ sessions: InferenceSession[]; provider: Provider }> {
  const reasons: string[] = [];
  for (const provider of providers) {
    const options: InferenceSession.SessionOptions = {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      // 3: errors only; onnxruntime warns about every constant it folds
      logSeverityLevel: 3,
      ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    };
    const opened: InferenceSession[] = [];
    try {
      for (const path of paths) opened.push(await InferenceSession.create(path, options));
      return { sessions: opened, provider };
    } catch (error) {
      await closeAll(opened);
      reasons.push(`${provider}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no execution provider could load ${paths.join(' and ')}. ${reasons.join(' | ')}`);
}

export async function closeAll(sessions: readonly InferenceSession[]): Promise<void> {
  for (const session of sessions) await session.release();
}

export const runOf =
  (session: InferenceSession): RunModel =>
  async (feeds: Feeds, fetches) => {
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new OrtTensor(type, data, dims)]),
    );
    const outputs = await session.run(inputs, [...fetches]);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]): [string, Tensor] => [
        name,
        // sam-core checks dtype and amount of everything it reads
        { type: tensor.type, dims: tensor.dims, data: tensor.data } as Tensor,
      ]),
    );
  };

/**
 * Names alone prove little: dtypes, ranks and the lengths that the manifest states are compared too, as far as the
 * graphs state theirs.
 */
function assertShapes(manifest: ModelManifest, encoder: InferenceSession, decoder: InferenceSession): void {
  const { side, encoder: enc, decoder: dec } = manifest;
  const free = null;
  const square = enc.resize === 'caller' && enc.pad !== 'in-graph' ? side : free;
  const lead = dec.promptRank === 4 ? [free] : [];
  const problems = [
    ...compareTensor(
      encoder.inputMetadata,
      enc.input.name,
      'float32',
      {
        nchw: [free, 3, square, square],
        nhwc: [free, square, square, 3],
        hwc: [square, square, 3],
      }[enc.input.layout],
    ),
    ...compareTensor(decoder.inputMetadata, dec.inputs.coords, 'float32', [...lead, free, free, 2]),
    ...compareTensor(decoder.inputMetadata, dec.inputs.labels, dec.labelDtype, [...lead, free, free]),
    ...compareTensor(decoder.inputMetadata, dec.inputs.imageSize, dec.imageSizeDtype, [2]),
    ...compareTensor(decoder.inputMetadata, dec.inputs.maskInput, 'float32', [
      free,
      1,
      dec.lowResSide,
      dec.lowResSide,
    ]),
    // the rank differs between exports (EfficientSAM drops an axis), the last three lengths do not
    ...compareTensor(
      decoder.outputMetadata,
      dec.outputs.lowRes,
      'float32',
      [dec.maskTokens, dec.lowResSide, dec.lowResSide],
      true,
    ),
  ];
  if (problems.length === 0) return;
  throw new SamCoreError('MODEL_CONTRACT_MISMATCH', `model ${manifest.id}: ${problems.join('; ')}`, {
    model: manifest.id,
    problems,
  });
}

/** @param tail compare the last lengths only */
function compareTensor(
  found: readonly InferenceSession.ValueMetadata[],
  name: string | undefined,
  dtype: string | null,
  dims: readonly (number | null)[],
  tail = false,
): string[] {
  const tensor = found.find((value) => value.name === name);
  // a missing name is assertContract's to report
  if (tensor === undefined || !tensor.isTensor || dtype === null) return [];
  const shape = tail ? tensor.shape.slice(-dims.length) : tensor.shape;
  const fits =
    shape.length === dims.length &&
    dims.every((length, i) => length === null || typeof shape[i] !== 'number' || shape[i] === length);
  if (tensor.type === dtype && fits) return [];
  const wanted = dims.map((length) => length ?? '*').join(',');
  return [
    `${name}: the manifest says ${dtype} [${tail ? '…,' : ''}${wanted}], the file has ${tensor.type} [${tensor.shape.join(',')}]`,
  ];
}
