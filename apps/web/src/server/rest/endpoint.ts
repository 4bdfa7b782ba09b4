import type { ApiScope } from '@maskloop/domain';
import { z } from 'zod';
import type { createCaller } from '../routers/_app.ts';
import type { Context } from '../trpc.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** `/images/{imageId}/masks` → `{ imageId: string }`. */
type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & ParamsOf<Rest>
  : unknown;

/** What a handler gets: the pages' procedures as the token's person, and the request after its check. */
export interface Call<Params, Query, Body> {
  readonly caller: ReturnType<typeof createCaller>;
  readonly context: SignedInContext;
  readonly request: Request;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}
export type SignedInContext = Context & { readonly session: NonNullable<Context['session']> };

interface Shared<Path extends string> {
  readonly method: Method;
  /** below /api/v1; every `{name}` is an id */
  readonly path: Path;
  /** operationId of the document; unique */
  readonly name: string;
  readonly tag: string;
  readonly summary: string;
  /** AP1: what the token must allow */
  readonly scope: ApiScope;
}

const Nothing = z.object({});
type Nothing = typeof Nothing;

/** One line of the API: routing, checks, and the OpenAPI document are made from it. */
export interface Endpoint extends Shared<string> {
  readonly query: z.ZodObject;
  /** null: the request has no JSON body */
  readonly body: z.ZodType | null;
  readonly answers: Answers;
  handle(call: Call<never, never, never>): Promise<unknown>;
}

/** JSON after its schema, or bytes that the handler sends itself. */
export type Answers =
  | { readonly kind: 'json'; readonly schema: z.ZodType; readonly status: 200 | 201 }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'bytes'; readonly type: string; readonly takes?: string };

/** An endpoint that answers with JSON. The handler's value is written as JSON and cut to the schema. */
export function endpoint<
  const Path extends string,
  Answer extends z.ZodType,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  row: Shared<Path> & {
    readonly query?: Query;
    readonly body?: Body;
    readonly answer: Answer;
    readonly handle: (call: Call<ParamsOf<Path>, z.output<Query>, z.output<Body>>) => Promise<unknown>;
  },
): Endpoint {
  const { query, body, answer, ...rest } = row;
  const answers: Answers =
    answer instanceof z.ZodVoid
      ? { kind: 'nothing' }
      : {
          kind: 'json',
          schema: answer,
          status: row.method === 'POST' && row.name.startsWith('create') ? 201 : 200,
        };
  return { ...rest, query: query ?? Nothing, body: body ?? null, answers };
}

/** An endpoint whose handler sends the response itself. */
export function bytesEndpoint<const Path extends string, Query extends z.ZodObject = Nothing>(
  row: Shared<Path> & {
    readonly query?: Query;
    /** content type of the answer */
    readonly type: string;
    /** content type of a body that the handler reads itself */
    readonly takes?: string;
    readonly handle: (call: Call<ParamsOf<Path>, z.output<Query>, undefined>) => Promise<Response>;
  },
): Endpoint {
  const { query, type, takes, ...rest } = row;
  return {
    ...rest,
    query: query ?? Nothing,
    body: null,
    answers: { kind: 'bytes', type, ...(takes ? { takes } : {}) },
  };
}
