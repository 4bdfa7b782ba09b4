import type { CloseUp, MaskBox, PromptTrail } from '@maskloop/domain';
import type { ModelManifest, PromptRequest, Size } from '@maskloop/sam-core';
import type { DecodeResult } from '../tools/candidates.ts';

/** Which decoder, and where its files are. */
export interface DecoderSource {
  /** SHA-256 of the decoder file: two versions with the same decoder share a session */
  readonly sha256: string;
  readonly manifest: ModelManifest;
  readonly url: string;
  /** weights kept beside the graph: path inside the model → address */
  readonly externals: readonly { readonly path: string; readonly url: string }[];
}

export interface DecoderOptions {
  /** 0: as many as the machine and the isolation of the page allow */
  readonly threads: number;
  readonly webgpu: boolean;
}

/** What the decoder ended up running on. */
export interface DecoderRuntime {
  readonly provider: 'webgpu' | 'wasm';
  readonly threads: number;
  /** why it is not on the GPU although that was wanted */
  readonly fallback: string | null;
}

/** A mask at image size, as it is stored. */
export interface CommittedMask {
  /** COCO compressed counts */
  readonly counts: string;
  readonly area: number;
  readonly box: MaskBox;
  readonly stability: number;
}

/** What one embedding is of. */
export interface Part {
  readonly imageId: string;
  /** null: the whole picture */
  readonly closeUp: CloseUp | null;
}

/** Every question the worker answers; each has one answer type. */
export interface DecoderCalls {
  /** gets the runtime itself ready while it is not known yet which decoder will be asked for */
  warm: { ask: DecoderOptions; answer: null };
  open: { ask: DecoderSource & DecoderOptions; answer: DecoderRuntime };
  /** fetches and unpacks an embedding, or finds it in memory */
  embed: { ask: Part & { url: string; picture: Size }; answer: null };
  /** the prompt in pixels of the whole picture, whatever the part */
  decode: { ask: Part & { prompt: PromptRequest }; answer: DecodeResult };
  /** asks the rounds of a stored trail again, as far as the last of them depends on them, in the last one's part */
  replay: { ask: { imageId: string; trail: PromptTrail }; answer: (DecodeResult | null)[] };
  commit: { ask: Part & { lowRes: Float32Array }; answer: CommittedMask };
  /** pixels of a mask of the whole picture as logits to refine from */
  lift: { ask: Part & { counts: string }; answer: Float32Array };
}
export type CallName = keyof DecoderCalls;

export type ToWorker = {
  [Name in CallName]: { readonly id: number; readonly call: Name; readonly ask: DecoderCalls[Name]['ask'] };
}[CallName];

export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };

/** A failure inside the worker, with a code its reader can act on. */
export class DecoderError extends Error {
  override readonly name = 'DecoderError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The two ends of a worker that the client needs; a test brings its own. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  onmessage: ((event: { data: FromWorker }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  terminate(): void;
}
