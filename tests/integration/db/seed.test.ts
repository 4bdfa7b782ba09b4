import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { classes, images, members, models, projects, users } from '@maskloop/db';
import { type FreshDatabase, freshDatabase, makeProject } from '@maskloop/db/testing';
import { blobKeys, DiskStore } from '@maskloop/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');

let fresh: FreshDatabase;
let folder: string;
beforeEach(async () => {
  fresh = await freshDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'maskloop-seed-'));
});
afterEach(async () => {
  await fresh.close();
  await rm(folder, { recursive: true, force: true });
});

interface Told {
  readonly createdAdmin?: { email: string; password: string };
  readonly createdDemoUsers?: { email: string; password: string }[];
}

/** Runs the seed as `npm start` does. @returns its lines of JSON, merged */
async function seed(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Told> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'prisma', 'seed.ts'), ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATABASE_URL: fresh.url,
      QUEUE_BACKEND: 'postgres',
      STORAGE_DIR: folder,
      ...env,
    },
  });
  let printed = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`seed exited with ${code}: ${complaint}`);
  return Object.assign(
    {},
    ...printed
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ) as Told;
}

test('makes admin, model and demo project once; a second start changes nothing and tells no password', async () => {
  const { db } = fresh;
  const told = await seed();
  expect(told.createdAdmin?.email).toBe('admin@maskloop.local');
  expect(told.createdAdmin?.password.length).toBeGreaterThanOrEqual(20);
  expect(told.createdDemoUsers?.map((user) => user.email)).toEqual([
    'lead@maskloop.local',
    'annotator@maskloop.local',
    'reviewer@maskloop.local',
  ]);
  expect((await users.byEmail(db, 'admin@maskloop.local'))?.passwordHash).toMatch(/^\$argon2id\$/);

  const demo = await projects.findDemo(db);
  const project = await projects.get(db, demo?.id ?? '');
  expect(project).toMatchObject({
    name: 'Still life',
    isDemo: true,
    stage: 'assisted-manual',
    memberCount: 3,
  });
  expect((await classes.list(db, demo?.id ?? '')).length).toBeGreaterThan(10);
  expect((await members.list(db, demo?.id ?? '')).map((row) => row.role).sort()).toEqual([
    'annotator',
    'lead',
    'reviewer',
  ]);
  const model = await models.activeOf(db, demo?.id ?? '');
  expect(model).toMatchObject({ state: 'active' });
  const store = new DiskStore(folder);
  expect(await store.head(blobKeys.model(model?.encoderSha256 ?? ''))).not.toBeNull();
  expect(await store.head(blobKeys.model(model?.decoderSha256 ?? ''))).not.toBeNull();

  const page = await images.page(db, {
    projectId: demo?.id ?? '',
    sort: 'name',
    direction: 'asc',
    limit: 100,
    encoder: model && { modelVersionId: model.id, encoderSha256: model.encoderSha256 },
  });
  expect(page.total).toBeGreaterThanOrEqual(10);
  for (const image of page.items) {
    expect(image.embedding).toBe('queued');
    expect(image.maskCount).toBe(0);
    expect(await store.head(blobKeys.display(image.sha256))).not.toBeNull();
  }

  // what a person deleted stays deleted
  await images.softDelete(db, demo?.id ?? '', [page.items[0]?.id ?? '']);
  expect(await seed()).toEqual({});
  expect((await images.countsByStatus(db, demo?.id ?? '')).total).toBe(page.total - 1);

  // the demo anew, and nothing else
  const own = await makeProject(db, { name: 'My own' });
  expect(await seed(['--reset-demo'])).toEqual({});
  const again = await projects.findDemo(db);
  expect(again?.id).not.toBe(demo?.id);
  expect((await images.countsByStatus(db, again?.id ?? '')).total).toBe(page.total);
  expect(await projects.get(db, own.id)).toMatchObject({ name: 'My own' });
  expect(await users.count(db)).toBe(5);
}, 120_000);

test('without DEMO there is an admin and a model, and no project', async () => {
  const told = await seed([], { DEMO: 'false' });
  expect(Object.keys(told)).toEqual(['createdAdmin']);
  expect(await projects.count(fresh.db)).toBe(0);
  expect(await models.list(fresh.db)).toHaveLength(1);
});

test('a database that is in use gets neither an admin nor a demo', async () => {
  const own = await makeProject(fresh.db);
  expect(await seed()).toEqual({});
  expect(await projects.count(fresh.db)).toBe(1);
  expect(own.id).toBeTruthy();
});
