import 'server-only';
import { DomainError, type ErrorCode, isDomainError } from '@maskloop/domain';
import { TRPCError } from '@trpc/server';
import type { Logger } from 'pino';
import { ZodError, type z } from 'zod';
import { WIRE_CODES } from '../errors.ts';
import { describeInputError } from '../input-error.ts';

/** One field of a request that is not as it must be. */
interface FieldProblem {
  readonly field: string;
  readonly message: string;
  /** what is allowed, where the rule is a number or a list */
  readonly limit?: unknown;
  /** what was sent, shortened */
  readonly value?: unknown;
}

interface Problem {
  readonly status: number;
  readonly code: ErrorCode | 'INTERNAL' | 'METHOD_NOT_ALLOWED';
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly details?: unknown;
}

/** Input that fails its schema, with what was sent, so that the answer can name it. */
export class InputError extends Error {
  readonly zod: ZodError;
  readonly input: unknown;

  constructor(zod: ZodError, input: unknown) {
    super(describeInputError(zod));
    this.zod = zod;
    this.input = input;
  }
}

/** RFC 9457 */
export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const { status, code, detail, errors, details } = problem;
  return new Response(
    JSON.stringify({
      type: 'about:blank',
      title: code,
      status,
      code,
      detail,
      ...(errors ? { errors } : {}),
      ...(details && Object.keys(details).length > 0 ? { details } : {}),
    }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    },
  );
}

/** Any failure as the API says it; bugs are logged and not shown. */
export function toProblem(error: unknown, log: Logger): Response {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (cause instanceof InputError || cause instanceof ZodError) {
    const [zod, input] = cause instanceof InputError ? [cause.zod, cause.input] : [cause, undefined];
    return problemResponse({
      status: 400,
      code: 'INVALID_INPUT',
      detail: describeInputError(zod),
      errors: zod.issues.slice(0, 20).map((issue) => fieldProblem(issue, input)),
    });
  }
  if (isDomainError(cause)) {
    const { seconds } = cause.details;
    const headers: Record<string, string> =
      typeof seconds === 'number' ? { 'Retry-After': String(seconds) } : {};
    if (cause.code === 'UNAUTHENTICATED') headers['WWW-Authenticate'] = 'Bearer';
    const { field, limit, value } = cause.details;
    const errors =
      typeof field === 'string'
        ? [
            {
              field,
              message: cause.message,
              ...(limit === undefined ? {} : { limit }),
              ...(value === undefined ? {} : { value: shortened(value) }),
            },
          ]
        : undefined;
    return problemResponse(
      {
        status: WIRE_CODES[cause.code].http,
        code: cause.code,
        detail: cause.message,
        details: cause.details,
        ...(errors ? { errors } : {}),
      },
      headers,
    );
  }
  // procedures log their own bugs
  if (!(error instanceof TRPCError)) log.error({ err: error }, 'API request failed');
  return problemResponse({
    status: 500,
    code: 'INTERNAL',
    detail: 'The server failed at this. It is in the log; trying again may help.',
  });
}

function fieldProblem(issue: z.core.$ZodIssue, input: unknown): FieldProblem {
  const limit =
    'maximum' in issue
      ? issue.maximum
      : 'minimum' in issue
        ? issue.minimum
        : 'values' in issue
          ? issue.values
          : undefined;
  const value = issue.path.reduce<unknown>(
    (at, key) =>
      at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
  return {
    field: issue.path.join('.') || 'body',
    message: issue.message,
    ...(limit === undefined ? {} : { limit: typeof limit === 'bigint' ? Number(limit) : limit }),
    ...(value === undefined ? {} : { value: shortened(value) }),
  };
}

function shortened(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

export function unknownPath(path: string): DomainError {
  return new DomainError('NOT_FOUND', `The API has no ${path}; /api/v1/openapi.json lists what it has.`);
}
