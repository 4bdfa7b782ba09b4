import type { NewProposal } from '@maskloop/db';
import type { CloseUp, EmbeddingStats } from '@maskloop/domain';
import { DomainError, type ErrorCode, isDomainError } from '@maskloop/domain';
import {
  type AmgOptions,
  type DecoderOutput,
  type ModelManifest,
  type PromptRequest,
  SamCoreError,
  type SamCoreErrorCode,
  type Size,
  type TextModelManifest,
} from '@maskloop/sam-core';
import type { EnginePaths, Provider } from './ort-node-engine.ts';
import type { TextPaths } from './text-engine.ts';

/** What the worker asks of the inference process. Both ends are this program, so messages are not parsed again. */
export interface Requests {
  /** a picture file → its embedding file, or that of a part of it */
  encode: {
    manifest: ModelManifest;
    paths: EnginePaths;
    image: Uint8Array;
    maxPixels: number;
    closeUp: CloseUp | null;
  };
  /** an embedding file and prompts → low-res logits; all prompts fit one batch */
  decode: { manifest: ModelManifest; paths: EnginePaths; embedding: Uint8Array; prompts: PromptRequest[] };
  /** an embedding file → all that the generator finds; the picture only where crops of it are searched */
  propose: {
    manifest: ModelManifest;
    paths: EnginePaths;
    embedding: Uint8Array;
    image: Uint8Array | null;
    maxPixels: number;
    options: Partial<AmgOptions>;
  };
  /** a picture file and masks in it → how well each phrase fits each mask */
  match: {
    manifest: TextModelManifest;
    paths: TextPaths;
    image: Uint8Array;
    maxPixels: number;
    /** COCO compressed counts of the picture's height x width; none is empty */
    masks: string[];
    phrases: string[];
  };
}

export interface Encoded {
  /** safetensors, float16 */
  readonly embedding: Uint8Array;
  /** of the whole picture; the embedding file says the size of what was encoded */
  readonly picture: Size;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly stats: EmbeddingStats;
  /** milliseconds: unpacking the picture; resizing, normalising and running the encoder */
  readonly readMs: number;
  readonly encodeMs: number;
}

export interface Decoded {
  readonly output: DecoderOutput;
  readonly decodeMs: number;
}

export interface Proposed {
  /** by falling score; none is empty */
  readonly proposals: readonly NewProposal[];
  /** milliseconds from the loaded model to the last duplicate gone */
  readonly proposeMs: number;
  /** most memory that the process has held so far */
  readonly peakBytes: number;
}

export interface Matched {
  /** for each mask, for each phrase: its share, 0..1 */
  readonly shares: readonly (readonly number[])[];
  readonly matchMs: number;
}

export interface Answers {
  encode: Encoded;
  decode: Decoded;
  propose: Proposed;
  match: Matched;
}
export type RequestKind = keyof Requests;

export type ToChild =
  | { [K in RequestKind]: { id: number; kind: K; request: Requests[K] } }[RequestKind]
  /** stop that request as soon as may be; it is answered with an error */
  | { id: number; kind: 'abort' };

export interface HostState {
  readonly provider: Provider | null;
  /** ids of the models in memory */
  readonly models: readonly string[];
}

export type FromChild =
  /** 0..1 of a long request */
  | { id: number; progress: number }
  | { id: number; ok: true; answer: Answers[RequestKind]; state: HostState }
  | { id: number; ok: false; error: WireError; state: HostState };

/** An error as it crosses a process border: classes do not survive it. */
export interface WireError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What each failure of the pure core means for the product. */
const MEANING: Readonly<Record<SamCoreErrorCode, ErrorCode>> = {
  MODEL_CONTRACT_MISMATCH: 'MODEL_CONTRACT_MISMATCH',
  EMBEDDING_MISMATCH: 'EMBEDDING_MISSING',
  EMBEDDING_INVALID: 'EMBEDDING_DEGENERATE',
  PROMPT_INVALID: 'INVALID_INPUT',
  RLE_INVALID: 'INVALID_INPUT',
  GEOMETRY_INVALID: 'INVALID_INPUT',
};

/** Expected failures of sam-core become the product's; everything else stays what it is. */
export function toDomainError(error: unknown): unknown {
  return error instanceof SamCoreError
    ? new DomainError(MEANING[error.code], error.message, error.details)
    : error;
}

export function toWire(thrown: unknown): WireError {
  const error = toDomainError(thrown);
  if (isDomainError(error)) return { code: error.code, message: error.message, details: error.details };
  return {
    code: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    details: {},
  };
}

export function fromWire({ code, message, details }: WireError): Error {
  return code === null ? new Error(message) : new DomainError(code, message, details);
}
