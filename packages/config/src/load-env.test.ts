import { expect, test } from 'vitest';
import { EnvError, loadEnv, loadWebEnv } from './load-env.ts';
import { VARIABLES } from './variables.ts';

const DATABASE_URL = 'postgresql://user:hidden-word@127.0.0.1:5432/app';
const env = (more: Record<string, string | undefined> = {}) => loadEnv({ DATABASE_URL, ...more });

function problemsOf(more: Record<string, string | undefined>): readonly string[] {
  try {
    env(more);
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
  return [];
}

test('a database address is enough', () => {
  expect(env()).toMatchObject({
    QUEUE_BACKEND: 'postgres',
    PORT: 3000,
    MAX_UPLOAD_BYTES: 200_000_000,
    MAX_IMAGE_PIXELS: 100_000_000,
    ORT_PROVIDERS: ['cuda', 'webgpu', 'cpu'],
    WORKER_QUEUES: ['all'],
    S3_BUCKET: undefined,
  });
});

test('an empty value counts as unset', () => {
  expect(env({ PORT: '', REDIS_URL: ' ' })).toMatchObject({ PORT: 3000, QUEUE_BACKEND: 'postgres' });
});

test('Redis is used when its address is given, unless told otherwise', () => {
  const REDIS_URL = 'redis://127.0.0.1:6379';
  expect(env({ REDIS_URL }).QUEUE_BACKEND).toBe('redis');
  expect(env({ REDIS_URL, QUEUE_BACKEND: 'postgres' }).QUEUE_BACKEND).toBe('postgres');
});

test.each([
  [{ PORT: '70000' }, 'PORT must be a whole number from 1 to 65535, but is "70000"'],
  [{ PORT: '0x10' }, 'PORT must be a whole number from 1 to 65535, but is "0x10"'],
  [{ DEMO: 'maybe' }, 'DEMO must be true or false, but is "maybe"'],
  [
    { DATABASE_URL: 'mysql://a' },
    'DATABASE_URL must be an address that begins with postgresql:// or postgres://, but is 9 characters that are not shown',
  ],
  [
    { NEXTAUTH_SECRET: 'short' },
    'NEXTAUTH_SECRET must be at least 32 characters long, but is 5 characters that are not shown',
  ],
  [
    { ORT_PROVIDERS: 'cpu,cpu' },
    'ORT_PROVIDERS must be a comma-separated list of cuda, webgpu, cpu, each at most once, but is "cpu,cpu"',
  ],
  [
    { ORT_PROVIDERS: 'tpu' },
    'ORT_PROVIDERS must be a comma-separated list of cuda, webgpu, cpu, each at most once, but is "tpu"',
  ],
  [
    { WORKER_QUEUES: 'inference,;' },
    'WORKER_QUEUES must be a comma-separated list of names (lower-case letters, digits, hyphens), but is "inference,;"',
  ],
  [{ QUEUE_BACKEND: 'redis' }, 'REDIS_URL must be set too, because QUEUE_BACKEND is "redis"'],
  [
    { S3_BUCKET: 'bucket' },
    'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set too, because S3_BUCKET is set',
  ],
  [{ GITHUB_SECRET: 'x' }, 'GITHUB_ID must be set too, because GITHUB_SECRET is set'],
])('%j is refused with variable, limit and value', (more, message) => {
  expect(problemsOf(more)).toEqual([message]);
});

test('every problem is told at once', () => {
  expect(problemsOf({ PORT: 'x', LOG_LEVEL: 'loud', DATABASE_URL: undefined })).toHaveLength(3);
});

test('a secret never appears in a message', () => {
  expect(problemsOf({ DATABASE_URL: 'mysql://user:hidden-word@host/db' }).join()).not.toContain(
    'hidden-word',
  );
});

test('only the web server needs the session secret', () => {
  expect(() => loadWebEnv({ DATABASE_URL })).toThrow('NEXTAUTH_SECRET is not set');
  expect(loadWebEnv({ DATABASE_URL, NEXTAUTH_SECRET: 's'.repeat(32) }).NEXTAUTH_SECRET).toHaveLength(32);
});

test('every default is acceptable to its own variable', () => {
  for (const [name, about] of Object.entries(VARIABLES)) {
    if ('default' in about) expect(about.schema.safeParse(about.default).success, name).toBe(true);
    if ('example' in about) expect(about.schema.safeParse(about.example).success, name).toBe(true);
  }
});
