import { API_TOKEN_PREFIX } from '@maskloop/domain';
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

type Json = Record<string, unknown>;

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'for programs: NOT_FOUND, INVALID_INPUT, …' },
    detail: { type: 'string', description: 'for people: names the field, the limit and the value' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' }, limit: {}, value: {} },
      },
    },
    details: { type: 'object' },
  },
};

/** The OpenAPI 3.1 document of a table of endpoints. */
export function openApiOf(endpoints: readonly Endpoint[], { version }: { readonly version: string }): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] ??= {};
    const path = paths[endpoint.path] as Json;
    path[endpoint.method.toLowerCase()] = operationOf(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Maskloop',
      version,
      description:
        'The same use cases and permissions as the pages. Lists are read page by page: send `nextCursor` as `cursor` until it is null. Reads carry an ETag and know If-None-Match. Writes may carry an Idempotency-Key: sent again within a day, they are answered the same and done once.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: `${API_TOKEN_PREFIX}…`,
          description: 'A personal token, made on the account page.',
        },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operationOf({ name, tag, summary, scope, path, method, query, body, answers }: Endpoint): Json {
  const parameters: Json[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, id]) => ({
    name: id,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
  for (const [field, schema] of Object.entries(query.shape)) {
    parameters.push({
      name: field,
      in: 'query',
      required: !(schema as z.ZodType).safeParse(undefined).success,
      schema: schemaOf(schema as z.ZodType, 'input'),
    });
  }
  const writes = method !== 'GET' && answers.kind !== 'bytes';
  if (writes) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 200 },
    });
  }
  const requestBody = body
    ? { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } }
    : answers.kind === 'bytes' && answers.takes
      ? { required: true, content: { [answers.takes]: { schema: {} } } }
      : undefined;
  return {
    operationId: name,
    summary,
    description: `Scope: \`${scope}\`.`,
    tags: [tag],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: {
      ...success(answers),
      ...(method === 'GET' && answers.kind === 'json' ? { 304: { description: 'Not changed.' } } : {}),
      default: {
        description: 'What went wrong.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function success(answers: Endpoint['answers']): Json {
  switch (answers.kind) {
    case 'json':
      return {
        [answers.status]: {
          description: 'Done.',
          content: { 'application/json': { schema: schemaOf(answers.schema, 'output') } },
        },
      };
    case 'nothing':
      return { 204: { description: 'Done.' } };
    case 'bytes':
      return { 200: { description: 'The bytes.', content: { [answers.type]: { schema: {} } } } };
  }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
  });
  return rest;
}
