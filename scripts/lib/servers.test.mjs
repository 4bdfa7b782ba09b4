// Real servers: the one way to know that they start, survive and go.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPg, startPostgres, startScratchPostgres } from './postgres.mjs';
import { isSameProcessAlive, sleep } from './processes.mjs';
import { databaseUser } from './reach.mjs';
import { findRedis, startRedis, startScratchRedis } from './redis.mjs';

/** @type {string} */
let folder;
/** @type {{ stop: () => Promise<void> }[]} */
let servers;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'a path with spaces '));
  fs.chmodSync(folder, 0o711);
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** @template {{ stop: () => Promise<void> }} T @param {T} server */
const kept = (server) => {
  servers.push(server);
  return server;
};
const options = (more = {}) => ({
  dir: path.join(folder, 'postgres'),
  password: 'p#ss wörd',
  throwAway: true,
  ...more,
});

/** @param {string} url @param {string} sql */
async function query(url, sql) {
  const client = new (loadPg().Client)({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('PostgreSQL starts in a path with spaces, speaks UTF-8, and keeps its data', async () => {
  const first = await startPostgres(options());
  expect(first.reused).toBe(false);
  await query(first.url, "create table notes as select 'ß한' as word");
  expect(
    await query(
      first.url,
      "select pg_encoding_to_char(encoding) as e from pg_database where datname = 'maskloop'",
    ),
  ).toEqual([{ e: 'UTF8' }]);
  await first.stop();
  expect(isSameProcessAlive(first.process)).toBe(false);
  const second = kept(await startPostgres(options()));
  expect(await query(second.url, 'select word from notes')).toEqual([{ word: 'ß한' }]);
});

test('a server that outlived its launcher is used again', async () => {
  const first = kept(await startPostgres(options()));
  const second = await startPostgres(options());
  expect(second).toMatchObject({ reused: true, port: first.port, process: first.process });
});

test('a server killed in the middle comes back with its data', async () => {
  const first = await startPostgres(options({ throwAway: false }));
  await query(first.url, 'create table notes as select 1 as n');
  process.kill(first.process.pid, 'SIGKILL');
  const second = kept(await startPostgres(options({ throwAway: false })));
  expect(await query(second.url, 'select n from notes')).toEqual([{ n: 1 }]);
});

test('a half-made data folder is made anew, and what it held is moved aside', async () => {
  const dir = path.join(folder, 'postgres');
  fs.mkdirSync(path.join(dir, 'data', 'base'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'data', 'PG_VERSION'), '18\n');
  fs.mkdirSync(path.join(dir, 'data.half-1'));
  kept(await startPostgres(options()));
  const names = fs.readdirSync(dir);
  expect(names.filter((name) => name.startsWith('data.half-'))).toEqual([]);
  expect(names.some((name) => name.startsWith('data.broken-'))).toBe(true);
});

test('a lock file of a process that is no PostgreSQL does not keep it from starting', async () => {
  const first = await startPostgres(options());
  await first.stop();
  const sleeper = spawn('sleep', ['60'], databaseUser());
  fs.writeFileSync(
    path.join(first.dataDir, 'postmaster.pid'),
    `${2 ** 22 - 3}\n${first.dataDir}\n1\n5432\n\n\n`,
  );
  const second = kept(await startPostgres(options()));
  expect(second.reused).toBe(false);
  sleeper.kill();
});

test('another password than the one it was made with is told, not waited for', async () => {
  await (await startPostgres(options())).stop();
  await expect(startPostgres(options({ password: 'another' }))).rejects.toThrow('another password');
});

test('a taken port is stepped over', async () => {
  const first = kept(await startPostgres(options()));
  const second = kept(await startPostgres(options({ dir: path.join(folder, 'other'), port: first.port })));
  expect(second.port).toBeGreaterThan(first.port);
});

test('a scratch server leaves nothing behind, and one whose owner was killed is swept by the next', async () => {
  const code = `import { startScratchPostgres } from ${JSON.stringify(new URL('postgres.mjs', import.meta.url).href)};
    const server = await startScratchPostgres({ label: 'orphan' }); console.log(JSON.stringify(server)); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const orphan = JSON.parse(
    await new Promise((resolve) => owner.stdout.once('data', (chunk) => resolve(String(chunk)))),
  );
  owner.kill('SIGKILL');
  await sleep(100);
  expect(isSameProcessAlive(orphan.process)).toBe(true);
  const next = await startScratchPostgres();
  expect(isSameProcessAlive(orphan.process)).toBe(false);
  expect(fs.existsSync(path.dirname(orphan.dataDir))).toBe(false);
  await next.stop();
  expect(fs.existsSync(path.dirname(next.dataDir))).toBe(false);
});

test('as root, a folder that other users cannot enter is left for one that they can', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('only root starts the database as another user');
  fs.chmodSync(folder, 0o700);
  const first = await startPostgres(options());
  servers.push({
    stop: async () => {
      fs.rmSync(path.dirname(first.dataDir), { recursive: true, force: true });
    },
  });
  expect(first.dataDir.startsWith(folder)).toBe(false);
  await query(first.url, 'create table notes as select 1 as n');
  await first.stop();
  // found again through the note beside the wished folder
  const second = await startPostgres(options());
  expect(second.dataDir).toBe(first.dataDir);
  expect(await query(second.url, 'select n from notes')).toEqual([{ n: 1 }]);
  await second.stop();
});

(findRedis() ? test : test.skip)(
  'Redis wants its password, survives its launcher, and keeps its data',
  async () => {
    const dir = path.join(folder, 'redis');
    const first = await startRedis({ dir, password: 'secret' });
    if (!first) throw new Error('no Redis');
    const ask = (/** @type {string[]} */ ...args) =>
      execFileSync('redis-cli', ['-p', String(first.port), '--no-auth-warning', '-a', 'secret', ...args], {
        encoding: 'utf8',
      }).trim();
    expect(ask('set', 'a', '1')).toBe('OK');
    expect(ask('config', 'get', 'maxmemory-policy')).toContain('noeviction');
    expect(await startRedis({ dir, password: 'secret' })).toMatchObject({
      reused: true,
      port: first.port,
    });
    await first.stop();
    const second = kept(
      /** @type {NonNullable<typeof first>} */ (
        await startRedis({ dir, password: 'secret', port: first.port })
      ),
    );
    expect(second.reused).toBe(false);
    expect(ask('get', 'a')).toBe('1');
  },
);

(findRedis() ? test : test.skip)('a scratch Redis leaves nothing behind', async () => {
  const server = await startScratchRedis();
  expect(isSameProcessAlive(server?.process)).toBe(true);
  await server?.stop();
  expect(isSameProcessAlive(server?.process)).toBe(false);
});
