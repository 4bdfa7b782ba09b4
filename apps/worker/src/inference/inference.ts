import type { CloseUp } from '@maskloop/domain';
import type { AmgOptions, ModelManifest, PromptRequest, TextModelManifest } from '@maskloop/sam-core';
import { type CallOptions, InferenceProcess } from './inference-process.ts';
import type { ModelFiles } from './model-files.ts';
import type { Provider } from './ort-node-engine.ts';
import type { Decoded, Encoded, HostState, Matched, Proposed } from './protocol.ts';

export interface InferenceSettings {
  readonly providers: readonly Provider[];
  /** 0: onnxruntime decides */
  readonly threads: number;
  /** largest picture in pixels, width x height */
  readonly maxPixels: number;
}

/** Models kept in memory at the same time: the active one, and the next while a project changes over. */
const MOST_MODELS = 2;
const MOST_TEXT_MODELS = 1;
/** Loading a large model and encoding one picture with it on a slow CPU takes minutes, not a quarter of an hour. */
const CALL_MS = 15 * 60_000;

/** Models, wherever they lie, run in a process of their own. */
export class Inference {
  readonly #files: ModelFiles;
  readonly #process: InferenceProcess;
  readonly #maxPixels: number;
  /** when each picture of the last minute was done, ms */
  #done: number[] = [];

  constructor(files: ModelFiles, { providers, threads, maxPixels }: InferenceSettings) {
    this.#files = files;
    this.#maxPixels = maxPixels;
    this.#process = new InferenceProcess({
      providers,
      threads,
      mostModels: MOST_MODELS,
      mostTextModels: MOST_TEXT_MODELS,
      callMs: CALL_MS,
    });
  }

  /**
   * @param image   a picture file as it was uploaded
   * @param closeUp CU1: only this part of it
   * @throws DomainError INVALID_INPUT for a close-up that is none of the picture's; IMAGE_UNREADABLE, EMBEDDING_DEGENERATE, MODEL_FILE_MISSING, MODEL_FILE_CORRUPT,
   *         MODEL_CONTRACT_MISMATCH
   */
  async encode(manifest: ModelManifest, image: Uint8Array, closeUp: CloseUp | null = null): Promise<Encoded> {
    const paths = await this.#files.fetch(manifest);
    const encoded = await this.#process.call('encode', {
      manifest,
      paths,
      image,
      maxPixels: this.#maxPixels,
      closeUp,
    });
    this.#done.push(Date.now());
    return encoded;
  }

  /** @param prompts as many as one call of the model takes */
  async decode(
    manifest: ModelManifest,
    embedding: Uint8Array,
    prompts: readonly PromptRequest[],
  ): Promise<Decoded> {
    const paths = await this.#files.fetch(manifest);
    return this.#process.call('decode', { manifest, paths, embedding, prompts: [...prompts] });
  }

  /**
   * Segments everything in a picture. Other calls are served between its batches of points.
   *
   * @param embedding the picture's embedding file under this model's encoder
   * @param image     the picture file, needed only where `options` ask for crops
   * @throws DomainError as `encode`; EMBEDDING_MISSING when the embedding is another encoder's; `signal.reason`
   */
  async propose(
    manifest: ModelManifest,
    picture: { readonly embedding: Uint8Array; readonly image: Uint8Array | null },
    options: Partial<AmgOptions>,
    call: CallOptions = {},
  ): Promise<Proposed> {
    const paths = await this.#files.fetch(manifest);
    const proposed = await this.#process.call(
      'propose',
      { manifest, paths, ...picture, maxPixels: this.#maxPixels, options },
      call,
    );
    this.#done.push(Date.now());
    return proposed;
  }

  /**
   * How well phrases fit masks of a picture. Other calls are served between its batches of masks.
   *
   * @param picture the picture file, and COCO compressed counts of masks in it, none of them empty
   * @throws DomainError as `encode`; INVALID_INPUT for a mask that is not the picture's; `signal.reason`
   */
  async match(
    manifest: TextModelManifest,
    picture: { readonly image: Uint8Array; readonly masks: readonly string[] },
    phrases: readonly string[],
    call: CallOptions = {},
  ): Promise<Matched> {
    const paths = await this.#files.fetchText(manifest);
    return this.#process.call(
      'match',
      {
        manifest,
        paths,
        image: picture.image,
        masks: [...picture.masks],
        phrases: [...phrases],
        maxPixels: this.#maxPixels,
      },
      call,
    );
  }

  get state(): HostState {
    return this.#process.state;
  }

  /** pictures encoded or searched in the last minute */
  get imagesPerMinute(): number {
    const since = Date.now() - 60_000;
    this.#done = this.#done.filter((at) => at > since);
    return this.#done.length;
  }

  /** of the process that runs the models; null before the first call */
  get pid(): number | null {
    return this.#process.pid;
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
