/** Every way in which a request can fail that its sender can do something about. */
export const ERROR_CODES = [
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INVALID_INPUT',
  'INVALID_TRANSITION',
  'LEASE_HELD',
  'REVISION_CONFLICT',
  'FORBIDDEN_EDIT',
  'EMBEDDING_MISSING',
  'EMBEDDING_DEGENERATE',
  'IMAGE_UNREADABLE',
  'IMAGE_TOO_LARGE',
  'IMAGE_DUPLICATE',
  'MODEL_CONTRACT_MISMATCH',
  'MODEL_FILE_MISSING',
  'MODEL_FILE_CORRUPT',
  'TOO_MANY_REQUESTS',
  'STORAGE_FULL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * A failure with a cause the sender can act on. The message is for people and names the field, the limit and
 * the value; `details` carries the same for programs. Bugs are plain `Error`s.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}

/** For use across bundle borders, where `instanceof` can see two copies of the class. */
export function isDomainError(error: unknown): error is DomainError {
  return error instanceof Error && error.name === 'DomainError' && 'code' in error;
}
