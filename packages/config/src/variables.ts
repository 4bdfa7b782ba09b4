// Every environment variable that web and worker read. `.env.example` and the table in the README come from here.
import type { z } from 'zod';
import { flag, integer, listOf, names, oneOf, text, url } from './kinds.ts';

/** What an operator needs to know about a variable. */
export interface About {
  readonly group: 'Database and queue' | 'Storage' | 'Web' | 'Sign-in' | 'Worker' | 'Limits' | 'Other';
  readonly description: string;
  /** e.g. "bytes"; left out for text */
  readonly unit?: string;
  /** as it would stand in the environment; left out: unset */
  readonly default?: string;
  /** nothing runs without it */
  readonly required?: true;
  /** never shown in messages */
  readonly secret?: true;
  /** an example for `.env.example` */
  readonly example?: string;
}

function variable<S extends z.ZodType<unknown, string>, const A extends About>(schema: S, about: A) {
  return { schema, ...about } as { readonly schema: S } & A;
}

export const VARIABLES = {
  DATABASE_URL: variable(url('postgresql', 'postgres'), {
    group: 'Database and queue',
    required: true,
    secret: true,
    description: 'PostgreSQL 14 or newer. Left out, `npm start` runs a PostgreSQL of its own.',
    example: 'postgresql://maskloop:password@127.0.0.1:5432/maskloop',
  }),
  REDIS_URL: variable(url('redis', 'rediss'), {
    group: 'Database and queue',
    secret: true,
    description:
      'Redis 6.2 or Valkey for the job queues. Left out, `npm start` runs a redis-server found on PATH; with none, the queues live in PostgreSQL.',
    example: 'redis://127.0.0.1:6379',
  }),
  QUEUE_BACKEND: variable(oneOf('redis', 'postgres'), {
    group: 'Database and queue',
    description: 'Where job queues live. Left out: redis when REDIS_URL is set, else postgres.',
  }),

  STORAGE_DIR: variable(text(), {
    group: 'Storage',
    default: '.maskloop/blobs',
    description:
      'Folder of images, embeddings and exports when no S3 bucket is set. Relative to the working folder.',
  }),
  S3_ENDPOINT: variable(url('http', 'https'), {
    group: 'Storage',
    description: 'S3-compatible store. Left out: AWS.',
    example: 'http://127.0.0.1:9000',
  }),
  S3_REGION: variable(text(), {
    group: 'Storage',
    default: 'us-east-1',
    description: 'Region of the bucket.',
  }),
  S3_BUCKET: variable(text(3), {
    group: 'Storage',
    description: 'Bucket for all blobs. Set: S3 is used instead of STORAGE_DIR.',
  }),
  S3_ACCESS_KEY_ID: variable(text(), { group: 'Storage', description: 'Needed with S3_BUCKET.' }),
  S3_SECRET_ACCESS_KEY: variable(text(), {
    group: 'Storage',
    secret: true,
    description: 'Needed with S3_BUCKET.',
  }),
  S3_FORCE_PATH_STYLE: variable(flag(), {
    group: 'Storage',
    default: 'true',
    description: 'Bucket in the path, not in the host name: what most stores other than AWS want.',
  }),

  PORT: variable(integer(1, 65_535), {
    group: 'Web',
    default: '3000',
    unit: 'TCP port',
    description: 'Port of the web server. `npm start` steps over taken ones.',
  }),
  HOSTNAME: variable(text(), {
    group: 'Web',
    default: '127.0.0.1',
    description: 'Address the web server listens on; 0.0.0.0 for all.',
  }),
  TRUST_PROXY: variable(flag(), {
    group: 'Web',
    default: 'false',
    description:
      'Take the client address from X-Forwarded-For. Only behind a proxy that sets it: otherwise clients choose their own.',
  }),

  NEXTAUTH_SECRET: variable(text(32), {
    group: 'Sign-in',
    secret: true,
    unit: 'at least 32 characters',
    description: 'Signs sessions; the web server needs it. `npm start` makes one and keeps it.',
  }),
  NEXTAUTH_URL: variable(url('http', 'https'), {
    group: 'Sign-in',
    description:
      'Public address of the site, for redirects and cookies. Left out: the address `npm start` prints.',
    example: 'https://maskloop.example.org',
  }),
  OIDC_ISSUER: variable(url('https', 'http'), {
    group: 'Sign-in',
    description:
      'OpenID Connect provider (its /.well-known/openid-configuration is read). All three OIDC_* or none.',
    example: 'https://login.example.org/realms/team',
  }),
  OIDC_CLIENT_ID: variable(text(), {
    group: 'Sign-in',
    description: 'Client at the OpenID Connect provider.',
  }),
  OIDC_CLIENT_SECRET: variable(text(), { group: 'Sign-in', secret: true, description: 'Its secret.' }),
  GITHUB_ID: variable(text(), { group: 'Sign-in', description: 'GitHub OAuth app. Both GITHUB_* or none.' }),
  GITHUB_SECRET: variable(text(), { group: 'Sign-in', secret: true, description: 'Its secret.' }),
  GOOGLE_CLIENT_ID: variable(text(), {
    group: 'Sign-in',
    description: 'Google OAuth client. Both GOOGLE_CLIENT_* or none.',
  }),
  GOOGLE_CLIENT_SECRET: variable(text(), { group: 'Sign-in', secret: true, description: 'Its secret.' }),

  WORKER_QUEUES: variable(names(), {
    group: 'Worker',
    default: 'all',
    description:
      'Queues this worker serves, comma-separated, or `all`. Inference blocks its process: give it one of its own.',
    example: 'inference',
  }),
  WORKER_CONCURRENCY: variable(integer(1, 64), {
    group: 'Worker',
    unit: 'jobs at a time',
    description:
      'Per queue. Left out: what the job table says for each queue. Inference always runs one job.',
  }),
  WORKER_HEALTH_PORT: variable(integer(1, 65_535), {
    group: 'Worker',
    default: '3100',
    unit: 'TCP port',
    description: 'Port of GET /health and /metrics of a worker.',
  }),
  ORT_PROVIDERS: variable(listOf('cuda', 'webgpu', 'cpu'), {
    group: 'Worker',
    default: 'cuda,webgpu,cpu',
    description: 'ONNX Runtime execution providers, tried in this order; the first that loads is used.',
  }),
  ORT_THREADS: variable(integer(0, 256), {
    group: 'Worker',
    default: '0',
    unit: 'threads',
    description: 'Threads of one inference on the CPU; 0: as many as physical cores.',
  }),
  WEBHOOKS_ALLOW_PRIVATE: variable(flag(), {
    group: 'Worker',
    default: 'false',
    description:
      'Webhooks may go to addresses of this machine and its network: whoever leads a project can then reach them.',
  }),
  MODELS_DIR: variable(text(), {
    group: 'Worker',
    default: 'models',
    description: 'Folder of model manifests and of the embedded model. Relative to the working folder.',
  }),

  MAX_UPLOAD_BYTES: variable(integer(1_000, 10_000_000_000), {
    group: 'Limits',
    default: '200000000',
    unit: 'bytes',
    description: 'Largest file of one upload.',
  }),
  MAX_IMAGE_PIXELS: variable(integer(1, 1_000_000_000), {
    group: 'Limits',
    default: '100000000',
    unit: 'pixels (width x height)',
    description: 'Largest image: a small file can unpack to a huge one.',
  }),
  API_REQUESTS_PER_MINUTE: variable(integer(1, 1_000_000), {
    group: 'Limits',
    default: '1200',
    unit: 'requests',
    description: 'How many requests one token of the API may make in a minute.',
  }),
  LEASE_MINUTES: variable(integer(1, 1_440), {
    group: 'Limits',
    default: '10',
    unit: 'minutes',
    description: 'How long an image stays with an annotator whose editor no longer renews the lease.',
  }),

  LOG_LEVEL: variable(oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'), {
    group: 'Other',
    default: 'info',
    description: 'Least important line that is logged.',
  }),
  DEMO: variable(flag(), {
    group: 'Other',
    default: 'true',
    description: 'Seed the demo project into an empty database.',
  }),
} as const;

export type VariableName = keyof typeof VARIABLES;

/** Variables that only make sense together. */
export const TOGETHER: readonly (readonly VariableName[])[] = [
  ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
  ['GITHUB_ID', 'GITHUB_SECRET'],
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
];
