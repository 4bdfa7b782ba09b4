import type { ErrorCode } from '@maskloop/domain';
import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from '@/server/routers/_app.ts';

/** Why something failed, as far as a page can tell. `offline` = no answer at all, `server` = a fault of ours. */
export interface Failure {
  readonly code: ErrorCode | 'offline' | 'server';
  /** the server's own words, fit for people; null when there are none */
  readonly message: string | null;
}

/** Reads any thrown thing into something that can be shown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TRPCClientError) {
    const { data, message } = error as TRPCClientError<AppRouter>;
    if (data?.domainCode) return { code: data.domainCode, message };
    if (!data) return { code: 'offline', message: null };
    switch (data.code) {
      case 'NOT_FOUND':
      case 'FORBIDDEN':
      case 'TOO_MANY_REQUESTS':
        return { code: data.code, message };
      case 'UNAUTHORIZED':
        return { code: 'UNAUTHENTICATED', message };
      case 'BAD_REQUEST':
        return { code: 'INVALID_INPUT', message };
      default:
        return { code: 'server', message };
    }
  }
  return { code: 'server', message: error instanceof Error ? error.message : null };
}
