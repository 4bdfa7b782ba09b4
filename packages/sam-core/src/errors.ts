/** What can go wrong in this package that a caller may want to tell apart. */
export type SamCoreErrorCode =
  /** a model file's tensor names or shapes differ from its manifest */
  | 'MODEL_CONTRACT_MISMATCH'
  /** an embedding made by one encoder reached the decoder of another */
  | 'EMBEDDING_MISMATCH'
  /** the bytes of an embedding file cannot be read */
  | 'EMBEDDING_INVALID'
  /** a prompt the model cannot take (nothing in it, too many points, wrong mask size) */
  | 'PROMPT_INVALID'
  /** a run-length code that is no mask of the stated size */
  | 'RLE_INVALID'
  /** pixels, sizes or polygons that contradict themselves */
  | 'GEOMETRY_INVALID';

/** An expected failure: `code` for the caller's switch, `details` for the log. Bugs throw plain errors. */
export class SamCoreError extends Error {
  override readonly name = 'SamCoreError';
  readonly code: SamCoreErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: SamCoreErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
