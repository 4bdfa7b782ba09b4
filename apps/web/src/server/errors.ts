import type { ErrorCode } from '@maskloop/domain';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';

/** The one place where the domain's failures become the wire's; exhaustive, so a new code asks for its row. */
export const WIRE_CODES: Record<ErrorCode, { readonly trpc: TRPC_ERROR_CODE_KEY; readonly http: number }> = {
  NOT_FOUND: { trpc: 'NOT_FOUND', http: 404 },
  UNAUTHENTICATED: { trpc: 'UNAUTHORIZED', http: 401 },
  FORBIDDEN: { trpc: 'FORBIDDEN', http: 403 },
  INVALID_INPUT: { trpc: 'BAD_REQUEST', http: 400 },
  INVALID_TRANSITION: { trpc: 'PRECONDITION_FAILED', http: 412 },
  LEASE_HELD: { trpc: 'CONFLICT', http: 409 },
  REVISION_CONFLICT: { trpc: 'CONFLICT', http: 409 },
  FORBIDDEN_EDIT: { trpc: 'PRECONDITION_FAILED', http: 412 },
  EMBEDDING_MISSING: { trpc: 'NOT_FOUND', http: 404 },
  EMBEDDING_DEGENERATE: { trpc: 'UNPROCESSABLE_CONTENT', http: 422 },
  IMAGE_UNREADABLE: { trpc: 'UNPROCESSABLE_CONTENT', http: 422 },
  IMAGE_TOO_LARGE: { trpc: 'PAYLOAD_TOO_LARGE', http: 413 },
  IMAGE_DUPLICATE: { trpc: 'CONFLICT', http: 409 },
  MODEL_CONTRACT_MISMATCH: { trpc: 'UNPROCESSABLE_CONTENT', http: 422 },
  MODEL_FILE_MISSING: { trpc: 'NOT_FOUND', http: 404 },
  MODEL_FILE_CORRUPT: { trpc: 'UNPROCESSABLE_CONTENT', http: 422 },
  TOO_MANY_REQUESTS: { trpc: 'TOO_MANY_REQUESTS', http: 429 },
  STORAGE_FULL: { trpc: 'INTERNAL_SERVER_ERROR', http: 507 },
};
