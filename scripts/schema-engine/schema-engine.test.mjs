// Prisma's own, unmodified CLI on our engine: what a developer and an installation do with it.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inRoot } from '../lib/paths.mjs';
import { loadPg, startScratchPostgres } from '../lib/postgres.mjs';

const run = promisify(execFile);
const FIRST = 'model Note {\n  id   Int    @id\n  word String\n}\n';
const SECOND = FIRST.replace('word String', 'word String\n  size Int    @default(0)');
const HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n';

/** @type {Awaited<ReturnType<typeof startScratchPostgres>>} */
let server;
/** @type {string} */
let folder;
let count = 0;
/** @type {string} */
let url;

beforeAll(async () => {
  server = await startScratchPostgres({ label: 'engine' });
});
afterAll(async () => {
  await server.stop();
});
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'schema engine '));
  url = server.url.replace(/\/maskloop$/, `/engine_${++count}`);
  write('schema.prisma', HEAD + FIRST);
  write(
    'prisma.config.mjs',
    `process.env.PRISMA_SCHEMA_ENGINE_BINARY = ${JSON.stringify(inRoot('scripts', 'schema-engine', 'schema-engine.mjs'))};
     export default { schema: 'schema.prisma', migrations: { path: 'migrations' }, datasource: { url: ${JSON.stringify(url)} } };`,
  );
  return () => fs.rmSync(folder, { recursive: true });
});

/** @param {string} file @param {string} text */
function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), text);
}

/** @param {string[]} args @returns {Promise<{ code: number, output: string }>} */
async function prisma(...args) {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', NO_COLOR: '1' };
  const argv = [
    inRoot('node_modules', 'prisma', 'build', 'index.js'),
    ...args,
    '--config',
    'prisma.config.mjs',
  ];
  try {
    const { stdout, stderr } = await run(process.execPath, argv, { cwd: folder, env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = /** @type {{ code: number, stdout: string, stderr: string }} */ (error);
    return { code, output: stdout + stderr };
  }
}

/** @param {string} sql */
async function rows(sql) {
  const client = new (loadPg().Client)({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('deploy makes a missing database, applies, and has nothing to do the second time', async () => {
  write(
    'migrations/1_first/migration.sql',
    'CREATE TABLE "Note" ("id" INTEGER NOT NULL PRIMARY KEY, "word" TEXT NOT NULL);',
  );
  write('migrations/migration_lock.toml', 'provider = "postgresql"\n');
  expect(await prisma('migrate', 'deploy')).toMatchObject({
    code: 0,
    output: expect.stringContaining('1_first'),
  });
  expect(await prisma('migrate', 'deploy')).toMatchObject({
    code: 0,
    output: expect.stringContaining('No pending migrations'),
  });
  expect(await prisma('migrate', 'status')).toMatchObject({
    code: 0,
    output: expect.stringContaining('up to date'),
  });
  expect(await rows('select count(*)::int as n from "Note"')).toEqual([{ n: 0 }]);
});

test('dev writes a migration for each change, and leaves no shadow database', async () => {
  expect((await prisma('migrate', 'dev', '--name', 'first')).output).toContain('in sync');
  write('schema.prisma', HEAD + SECOND);
  expect((await prisma('migrate', 'dev', '--name', 'second')).output).toContain('in sync');
  expect((await prisma('migrate', 'dev')).output).toContain('Already in sync');
  const made = fs.readdirSync(path.join(folder, 'migrations')).filter((name) => /^\d+_/.test(name));
  expect(made.map((name) => name.replace(/^\d+_/, ''))).toEqual(['first', 'second']);
  expect(await rows("select datname from pg_database where datname like 'prisma_migrate_shadow%'")).toEqual(
    [],
  );
  expect(
    (
      await prisma(
        'migrate',
        'diff',
        '--from-migrations',
        'migrations',
        '--to-schema',
        'schema.prisma',
        '--exit-code',
      )
    ).code,
  ).toBe(0);
});

test('function bodies and strings with semicolons arrive whole', async () => {
  write(
    'migrations/1_function/migration.sql',
    `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN n := n * 2; RETURN n; END; $$;
     CREATE TABLE words AS SELECT 'a;b' AS word;`,
  );
  expect((await prisma('migrate', 'deploy')).code).toBe(0);
  expect(await rows('select twice(4) as n, word from words')).toEqual([{ n: 8, word: 'a;b' }]);
});

test('a migration that fails is named, stops the next, and can be resolved', async () => {
  write('migrations/1_broken/migration.sql', 'CREATE TABLE ok (id int); SELECT * FROM missing;');
  expect(await prisma('migrate', 'deploy')).toMatchObject({
    code: 1,
    output: expect.stringContaining('1_broken'),
  });
  expect(await prisma('migrate', 'deploy')).toMatchObject({
    code: 1,
    output: expect.stringContaining('P3009'),
  });
  expect((await prisma('migrate', 'resolve', '--rolled-back', '1_broken')).code).toBe(0);
  write('migrations/1_broken/migration.sql', 'CREATE TABLE ok (id int);');
  expect((await prisma('migrate', 'deploy')).code).toBe(0);
});

test('two deployments at once make one database and wait for each other', async () => {
  write('migrations/1_slow/migration.sql', 'CREATE TABLE slow (id int); SELECT pg_sleep(1);');
  const both = await Promise.all([prisma('migrate', 'deploy'), prisma('migrate', 'deploy')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await rows('select count(*)::int as n from _prisma_migrations')).toEqual([{ n: 1 }]);
});

test('a server that is not there and a wrong password are told apart', async () => {
  const config = fs.readFileSync(path.join(folder, 'prisma.config.mjs'), 'utf8');
  write('migrations/1_first/migration.sql', 'SELECT 1;');
  write('prisma.config.mjs', config.replace(/:\d+\/engine/, ':1/engine'));
  expect((await prisma('migrate', 'deploy')).output).toContain('P1001');
  write('prisma.config.mjs', config.replace(/maskloop:[^@]+@/, 'maskloop:wrong@'));
  expect((await prisma('migrate', 'deploy')).output).toContain('P1000');
});

test('a schema with a mistake is refused with its line', async () => {
  write('schema.prisma', `${HEAD}model Note {\n  id Nope @id\n}\n`);
  const { code, output } = await prisma('validate');
  expect(code).toBe(1);
  expect(output).toMatch(/Nope/);
});
