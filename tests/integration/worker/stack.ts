import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DbClient, images, jobs, models } from '@maskloop/db';
import { type FreshDatabase, freshDatabase, makeProject } from '@maskloop/db/testing';
import { type Backend, createDispatcher, type Dispatcher, requestJob } from '@maskloop/jobs';
import { ModelManifest } from '@maskloop/sam-core';
import { blobKeys, DiskStore } from '@maskloop/storage';
import type { FixtureModel } from '../../fixtures/models/index.ts';

/** What is used of pngjs, which comes without types. */
interface Pngjs {
  readonly PNG: {
    new (size: { width: number; height: number }): { readonly data: Buffer };
    readonly sync: { write(png: { readonly data: Buffer }, options: { colorType: number }): Buffer };
  };
}
const { PNG } = createRequire(import.meta.url)('pngjs') as Pngjs;

const ROOT = path.join(import.meta.dirname, '../../..');
const WORKER = path.join(ROOT, 'apps/worker');
export const EMBEDDED = path.join(ROOT, 'models/embedded');

export type QueueKind = Backend['kind'];

/** A database, a folder of blobs and a queue of one's own, and workers to work on them. */
export interface Stack {
  readonly db: DbClient;
  readonly database: FreshDatabase;
  readonly store: DiskStore;
  readonly dispatcher: Dispatcher;
  readonly backend: Backend;
  readonly projectId: string;
  readonly ownerId: string;
  /** starts a worker and waits until it is ready */
  startWorker(env?: Record<string, string>, from?: 'bundle' | 'source'): Promise<RunningWorker>;
  /** ends those that a test left, so that they do not take the next one's jobs */
  stopWorkers(): Promise<void>;
  /** adds a picture, stores its bytes */
  addImage(bytes: Uint8Array, size?: { width: number; height: number }): Promise<string>;
  requestEncode(imageId: string, modelVersionId: string): Promise<string>;
  close(): Promise<void>;
}

export interface RunningWorker {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly port: number;
  /** everything it wrote to standard output and error */
  output(): string;
  /** ends it and waits until it is gone */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Bundled as it is shipped, into a folder that no other test file writes to. */
export function buildWorker(): string {
  const folder = path.join(WORKER, 'dist', `test-${process.pid}-${randomBytes(3).toString('hex')}`);
  const built = spawnSync(process.execPath, ['build.mjs', folder], { cwd: WORKER, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the worker could not be bundled: ${built.stdout}${built.stderr}`);
  return folder;
}

export const redisForTests = (): string | undefined => process.env.REDIS_URL_TEST ?? process.env.REDIS_URL;

/** @param redisDb number of the Redis database: no other test file may use it */
export async function openStack(
  kind: QueueKind,
  { redisDb = 11 }: { redisDb?: number } = {},
): Promise<Stack> {
  const database = await freshDatabase();
  const { db, url } = database;
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-worker-'));
  const program = buildWorker();
  const backend: Backend = kind === 'redis' ? { kind, url: redisUrl(redisDb) } : { kind, url };
  const store = new DiskStore(path.join(folder, 'blobs'));
  await store.check();
  const dispatcher = createDispatcher({ db, backend });
  const project = await makeProject(db);
  const running: RunningWorker[] = [];
  const stopWorkers = async (): Promise<void> => {
    for (const worker of running.splice(0)) await worker.stop('SIGKILL');
  };

  return {
    db,
    database,
    store,
    dispatcher,
    backend,
    projectId: project.id,
    ownerId: project.ownerId,
    async startWorker(env = {}, from = 'bundle') {
      const port = await freePort();
      const main = from === 'bundle' ? path.join(program, 'main.js') : path.join(WORKER, 'src/main.ts');
      const child = fork(main, [], {
        execArgv: from === 'bundle' ? [] : ['--import', 'tsx'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          NODE_ENV: 'test',
          PATH: process.env.PATH,
          TMPDIR: folder,
          DATABASE_URL: url,
          QUEUE_BACKEND: kind,
          ...(kind === 'redis' ? { REDIS_URL: backend.url } : {}),
          STORAGE_DIR: path.join(folder, 'blobs'),
          MODELS_DIR: path.join(folder, 'no-models-here'),
          ORT_PROVIDERS: 'cpu',
          ORT_THREADS: '1',
          WORKER_HEALTH_PORT: String(port),
          ...env,
        },
      });
      const worker = watch(child, port);
      running.push(worker);
      await new Promise<void>((resolve, reject) => {
        child.once('message', () => resolve());
        child.once('exit', (code) => reject(new Error(`the worker ended with ${code}:\n${worker.output()}`)));
      });
      return worker;
    },
    stopWorkers,
    async addImage(bytes, size) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await store.put(blobKeys.original(sha256), bytes);
      const { id } = await images.insert(db, {
        projectId: project.id,
        sha256,
        name: `${sha256.slice(0, 8)}.png`,
        width: size?.width ?? 64,
        height: size?.height ?? 48,
        orientation: 1,
        format: 'png',
        bitDepth: 8,
        bytes: bytes.length,
        uploadedById: null,
        priority: 0,
        groupKey: null,
      });
      return id;
    },
    async requestEncode(imageId, modelVersionId) {
      const { id } = await requestJob(
        db,
        'image.encode',
        { imageId, modelVersionId },
        { imageId, projectId: project.id },
      );
      await dispatcher.dispatch(id);
      return id;
    },
    async close() {
      await stopWorkers();
      await dispatcher.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
      await rm(program, { recursive: true, force: true });
    },
  };
}

/** One that the system hands out; somebody else could take it before the worker does, which has not been seen. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function redisUrl(db: number): string {
  const base = redisForTests();
  if (!base) throw new Error('REDIS_URL_TEST is not set');
  const url = new URL(base);
  url.pathname = `/${db}`;
  return url.href;
}

function watch(child: ChildProcess, port: number): RunningWorker {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    process: child,
    pid: child.pid ?? 0,
    port,
    output: () => text,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return gone;
    },
  };
}

/** Of the model that comes with the program; retraining it changes id and hashes. */
export const embeddedManifest = async (): Promise<ModelManifest> =>
  ModelManifest.parse(JSON.parse(await readFile(path.join(EMBEDDED, 'manifest.json'), 'utf8')));

/** The model that comes with the program, its files in the object store. */
export async function addEmbedded({ db, store }: Pick<Stack, 'db' | 'store'>): Promise<string> {
  const manifest = await embeddedManifest();
  for (const { file } of [manifest.encoder, manifest.decoder]) {
    await store.put(blobKeys.model(file.sha256), await readFile(path.join(EMBEDDED, file.path)));
  }
  return register(db, manifest);
}

export async function addFixture(
  { db, store }: Pick<Stack, 'db' | 'store'>,
  { manifest, files }: FixtureModel,
): Promise<string> {
  for (const { file } of [manifest.encoder, manifest.decoder]) {
    const bytes = files[file.path];
    if (bytes) await store.put(blobKeys.model(file.sha256), bytes);
  }
  return register(db, manifest);
}

async function register(db: DbClient, manifest: ModelManifest): Promise<string> {
  const { id } = await models.register(db, {
    name: manifest.id,
    family: manifest.family,
    manifest,
    encoderSha256: manifest.encoder.file.sha256,
    decoderSha256: manifest.decoder.file.sha256,
    state: 'active',
  });
  return id;
}

/** A PNG of coloured discs on a gradient; another seed, another picture. */
export function photo(seed: number, { width, height } = { width: 64, height: 48 }): Uint8Array {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = (x - ((seed * 17) % width)) ** 2 + (y - ((seed * 29) % height)) ** 2 < (height / 4) ** 2;
      const colour = disc ? [230, (seed * 40) % 256, 40] : [(x * 255) / width, (y * 255) / height, 120];
      png.data.set([...colour, 255], (y * width + x) * 4);
    }
  }
  return PNG.sync.write(png, { colorType: 2 });
}

/** A PNG of plain discs on grey. */
export function discs(
  size: { readonly width: number; readonly height: number },
  shapes: readonly {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly colour: readonly [number, number, number];
  }[],
): Uint8Array {
  const png = new PNG(size);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const disc = shapes.find((shape) => Math.hypot(x - shape.x, y - shape.y) < shape.radius);
      png.data.set([...(disc?.colour ?? [127, 128, 127]), 255], (y * size.width + x) * 4);
    }
  }
  return PNG.sync.write(png, { colorType: 2 });
}

/** Waits until the job is finished. */
export async function finished(db: DbClient, jobId: string, withinMs = 30_000): Promise<jobs.JobRow> {
  return until(
    async () => {
      const row = await jobs.get(db, jobId);
      return row && row.state !== 'pending' && row.state !== 'running' ? row : null;
    },
    `job ${jobId} to finish`,
    withinMs,
  );
}

export async function until<T>(
  look: () => Promise<T | null | false>,
  what: string,
  withinMs = 30_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Sends commands to the URL's database, in the protocol's plain form. @returns their answers */
export async function tellRedis(address: string, ...commands: string[]): Promise<string[]> {
  const { hostname, port, pathname, password } = new URL(address);
  const socket = connect(Number(port), hostname);
  const login = password ? [`AUTH ${decodeURIComponent(password)}`] : [];
  const before = [...login, `SELECT ${pathname.slice(1)}`];
  const lines = [...before, ...commands];
  socket.write(`${lines.join('\r\n')}\r\n`);
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.split('\r\n').length > lines.length) break;
  }
  return text.trimEnd().split('\r\n').slice(before.length);
}
