// A whole installation for one test file: its own database, blobs, web server and worker, on free ports.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDb, type DbClient } from '@maskloop/db';
import { freshDatabase } from '@maskloop/db/testing';
import { buildIfNeeded, WEB_SERVER, WORKER_MAIN } from '../../scripts/lib/build.mjs';
import { until } from './wait-until.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const HEALTHY_MS = 120_000;

/** What somebody signs in with. */
export interface Account {
  readonly email: string;
  readonly password: string;
}
type DemoRole = 'lead' | 'annotator' | 'reviewer';

export interface Stack {
  readonly baseUrl: string;
  readonly db: DbClient;
  /** folder of blobs and logs */
  readonly folder: string;
  readonly admin: Account;
  /** the people of the demo project; without it there are none */
  readonly people: Readonly<Record<DemoRole, Account>>;
  readonly web: Part;
  readonly worker: Part;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** seed the demo project; default false */
  readonly demo?: boolean;
  /** default: Redis where the test run has one */
  readonly queue?: 'redis' | 'postgres';
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of the stack that tests may kill and start again. */
export class Part {
  #child: ChildProcess | null = null;
  readonly #start: () => ChildProcess;
  readonly #health: string;
  readonly #log: string;

  constructor(start: () => ChildProcess, health: string, log: string) {
    this.#start = start;
    this.#health = health;
    this.#log = log;
  }

  /** While it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it says it is healthy. */
  async start(): Promise<void> {
    const child = this.#start();
    this.#child = child;
    const until = Date.now() + HEALTHY_MS;
    while (Date.now() < until) {
      if (child.exitCode !== null) break;
      const answer = await fetch(this.#health).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${this.#health} was never healthy:\n${await this.log()}`);
  }

  /** SIGKILL is what a crash looks like; SIGTERM what a deployment does. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** The end of what it printed. */
  async log(): Promise<string> {
    return (await readFile(this.#log, 'utf8').catch(() => '')).slice(-4_000);
  }
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const demo = await makeOnce(options.demo ?? false);
  const database = await freshDatabase({ copyOf: demo?.database });
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-stack-'));
  const blobs = path.join(folder, 'blobs');
  if (demo) await cp(demo.blobs, blobs, { recursive: true });
  else await mkdir(blobs);
  const [port, healthPort] = [await freePort(), await freePort()];
  const redis = options.queue === 'postgres' ? undefined : redisOfThisFile();
  const baseUrl = `http://127.0.0.1:${port}`;
  const env = {
    ...environment({ databaseUrl: database.url, folder, demo: options.demo ?? false }),
    ...(redis ? { REDIS_URL: redis } : {}),
    QUEUE_BACKEND: redis ? 'redis' : 'postgres',
    NEXTAUTH_URL: baseUrl,
    PORT: String(port),
    WORKER_HEALTH_PORT: String(healthPort),
    ...options.env,
  } as unknown as NodeJS.ProcessEnv;

  const web = part('web', WEB_SERVER, `${baseUrl}/api/health`, { env, folder });
  const worker = part('worker', WORKER_MAIN, `http://127.0.0.1:${healthPort}/health`, { env, folder });

  const stop = async () => {
    await Promise.all([web.kill('SIGTERM'), worker.kill('SIGTERM')]);
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { admin, people } = demo ?? (await seed(env));
    await Promise.all([web.start(), worker.start()]);
    return { baseUrl, db: database.db, folder, admin, people, web, worker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What all parts of an installation are told. */
function environment({
  databaseUrl,
  folder,
  demo,
}: {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly demo: boolean;
}): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: databaseUrl,
    STORAGE_DIR: path.join(folder, 'blobs'),
    MODELS_DIR: path.join(ROOT, 'models'),
    NEXTAUTH_SECRET: 'a secret of at least thirty-two characters',
    HOSTNAME: '127.0.0.1',
    ORT_PROVIDERS: 'cpu',
    DEMO: String(demo),
  };
}

function part(
  name: string,
  file: string,
  health: string,
  { env, folder }: { readonly env: NodeJS.ProcessEnv; readonly folder: string },
): Part {
  const log = path.join(folder, `${name}.log`);
  const start = () => {
    const child = spawn(process.execPath, [file], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = createWriteStream(log, { flags: 'a' });
    child.stdout?.pipe(out);
    child.stderr?.pipe(out);
    return child;
  };
  return new Part(start, health, log);
}

/** The demo project as the seed and a worker leave it: every picture encoded. */
interface Demo extends Pick<Stack, 'admin' | 'people'> {
  /** a database to copy */
  readonly database: string;
  readonly blobs: string;
}

/**
 * What test files share is made once: the first one builds, the first one that needs the demo seeds it and has its
 * pictures encoded. Those that start beside it wait.
 */
async function makeOnce(wantsDemo: boolean): Promise<Demo | null> {
  const db = createDb(process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL ?? '', { connections: 1 });
  const waits = { timeout: 600_000, maxWait: 600_000 };
  try {
    return await db.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('maskloop.tests.once'))`;
      await buildIfNeeded();
      if (!wantsDemo) return null;
      const folder = path.join(tmpdir(), 'maskloop-demo');
      const file = path.join(folder, 'demo.json');
      const text = await readFile(file, 'utf8').catch(() => null);
      const made = text === null ? null : (JSON.parse(text) as Demo);
      if (made && (await isThere(tx, made.database))) return made;
      // what a run before this one left is of a server that is gone
      await rm(folder, { recursive: true, force: true });
      const demo = await makeDemo(folder);
      await writeFile(file, JSON.stringify(demo));
      return demo;
    }, waits);
  } finally {
    await db.$disconnect();
  }
}

async function isThere(tx: Pick<DbClient, '$queryRaw'>, database: string): Promise<boolean> {
  return (await tx.$queryRaw<unknown[]>`SELECT 1 FROM pg_database WHERE datname = ${database}`).length > 0;
}

async function makeDemo(folder: string): Promise<Demo> {
  await mkdir(path.join(folder, 'blobs'), { recursive: true });
  const database = await freshDatabase();
  const { db } = database;
  const healthPort = await freePort();
  const env = {
    ...environment({ databaseUrl: database.url, folder, demo: true }),
    QUEUE_BACKEND: 'postgres',
    NEXTAUTH_URL: 'http://127.0.0.1',
    WORKER_HEALTH_PORT: String(healthPort),
  } as unknown as NodeJS.ProcessEnv;
  const worker = part('worker', WORKER_MAIN, `http://127.0.0.1:${healthPort}/health`, { env, folder });
  try {
    const people = await seed(env);
    await worker.start();
    await until(
      'the demo to be encoded',
      async () => (await db.job.count({ where: { state: { in: ['pending', 'running'] } } })) === 0,
      180_000,
    );
    await worker.kill('SIGTERM');
    await db.worker.deleteMany();
    await database.leave();
    return { ...people, database: database.name, blobs: path.join(folder, 'blobs') };
  } catch (error) {
    await worker.kill();
    await database.close();
    throw error;
  }
}

/** Runs the seed. @returns whom it made; passwords are told once */
async function seed(env: NodeJS.ProcessEnv): Promise<Pick<Stack, 'admin' | 'people'>> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'prisma', 'seed.ts')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`seeding failed:\n${out}\n${err}`);
  const told = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { createdAdmin?: Account; createdDemoUsers?: Account[] });
  const admin = told.find((line) => line.createdAdmin)?.createdAdmin;
  if (!admin) throw new Error(`the seed made no admin:\n${out}`);
  const made = told.flatMap((line) => line.createdDemoUsers ?? []);
  const person = (role: DemoRole) =>
    made.find(({ email }) => email.startsWith(`${role}@`)) ?? { email: '', password: '' };
  return {
    admin,
    people: { lead: person('lead'), annotator: person('annotator'), reviewer: person('reviewer') },
  };
}

/** Files that run side by side share a Redis server, and must not take each other's jobs: a database each. */
function redisOfThisFile(): string | undefined {
  const given = process.env.REDIS_URL_TEST;
  if (!given) return undefined;
  const url = new URL(given);
  url.pathname = `/${Number(process.env.VITEST_POOL_ID ?? 1) % 16}`;
  return url.href;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}
