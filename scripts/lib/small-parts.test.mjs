// The launcher's decisions that need no server.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashSources } from './build.mjs';
import { isInstalled, wrongNode } from './install.mjs';
import { backoffMs } from './part.mjs';
import { freePortFrom } from './ports.mjs';
import { identify, isSameProcessAlive, stopProcess } from './processes.mjs';
import { madeAccounts } from './seed.mjs';
import { parseStartOptions } from './start-options.mjs';
import { readPytest, readVitest } from './test-outcome.mjs';
import { rounds, SUITES, testEnvironment } from './test-suites.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'small parts '));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test.each([
  ['18.20.0', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['22.0.0', true],
])('Node %s will do: %s', (version, will) => expect(wrongNode(version) === null).toBe(will));

test('options of npm start', () => {
  expect(parseStartOptions(['--port', '4000', '--reset-demo'])).toEqual({
    help: false,
    dev: false,
    resetDemo: true,
    port: 4000,
  });
  expect(() => parseStartOptions(['--port', '70000'])).toThrow(
    '--port must be a whole number from 1 to 65535, but is "70000"',
  );
  expect(() => parseStartOptions(['--reset'])).toThrow('--reset');
});

test('dependencies count as installed when npm finished with the versions of the lock file', () => {
  const lock = (/** @type {string} */ version) =>
    JSON.stringify({
      packages: {
        '': {},
        'packages/db': {},
        'node_modules/a': { version },
        'node_modules/b': { version: '1', optional: true },
      },
    });
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.writeFileSync(path.join(folder, 'package-lock.json'), lock('2'));
  expect(isInstalled(folder)).toBe(false); // interrupted: npm writes its hidden lock file last
  fs.writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), lock('1'));
  expect(isInstalled(folder)).toBe(false);
  fs.writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), lock('2'));
  expect(isInstalled(folder)).toBe(true);
});

test('sources that cannot change the build do not ask for a new one', () => {
  const write = (/** @type {string} */ file) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), String(Math.random()));
    return hashSources(folder);
  };
  const first = write('apps/web/src/a.ts');
  for (const file of [
    'apps/web/src/a.test.ts',
    'apps/web/.next/x.js',
    'packages/db/src/generated/c.ts',
    'node_modules/x/i.js',
    'README.md',
  ]) {
    expect(write(file), file).toBe(first);
  }
  expect(write('packages/db/src/a.ts')).not.toBe(first);
  expect(write('prisma/schema.prisma')).not.toBe(first);
});

test('a part that keeps crashing is started less and less often', () => {
  expect([1, 2, 3, 4, 9].map(backoffMs)).toEqual([1000, 2000, 4000, 8000, 30_000]);
});

test('taken ports are stepped over, on whichever address', async () => {
  const server = net.createServer().listen(0, '0.0.0.0');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  expect(await freePortFrom(port, { hosts: ['127.0.0.1', '0.0.0.0', '::'] })).toBeGreaterThan(port);
  await expect(freePortFrom(port, { hosts: ['127.0.0.1'], tries: 1 })).rejects.toThrow(
    `no free port from ${port} to ${port}`,
  );
  server.close();
});

test('a process is known by its start time, not by its number alone', () => {
  const id = identify(process.pid);
  expect(isSameProcessAlive(id)).toBe(true);
  expect(isSameProcessAlive({ pid: process.pid, startedAt: 'another time' })).toBe(false);
  expect(isSameProcessAlive({ pid: 2 ** 22 + 1, startedAt: '1' })).toBe(false);
});

test('a command is ended with all that it started, in whatever process group', async () => {
  const inner =
    'const { spawn } = require("node:child_process"); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
  // bash -m gives each of its jobs a group of its own, as turbo does
  const leader = spawn('bash', ['-mc', `"${process.execPath}" -e '${inner}' & echo $!; wait`], {
    detached: true,
  });
  const grandchild = Number(await new Promise((resolve) => leader.stdout.once('data', resolve)));
  const [id, of] = [identify(leader.pid ?? 0), identify(grandchild)];
  if (!id || !of) throw new Error('not started');
  await stopProcess(id, { group: true, graceMs: 2_000 });
  expect(isSameProcessAlive(id)).toBe(false);
  // what was killed takes a moment to be gone, on a busy machine a long one; left alone it would live for ever
  await expect.poll(() => isSameProcessAlive(of), { timeout: 10_000 }).toBe(false);
});

test('accounts are read from what the seed printed, half a line not at all', () => {
  const admin = { email: 'a@b', password: 'p' };
  const demo = [{ email: 'c@d', password: 'q' }];
  const printed = `working\n{"createdAdmin":${JSON.stringify(admin)}}\n{"createdDemoUsers":${JSON.stringify(demo)}}\n`;
  expect(madeAccounts(printed)).toEqual({ admin, demo });
  expect(madeAccounts('{"level":30}\n{"createdAdmin":{"em')).toEqual({ admin: null, demo: [] });
});

test('a test file that does not load, an empty run and a late error are failures', () => {
  const good = { status: 'passed', name: 'a', assertionResults: [{ status: 'passed', fullName: 'x' }] };
  const broken = { status: 'failed', name: 'b', message: 'SyntaxError\nat', assertionResults: [] };
  const counts = { numPassedTests: 1, numFailedTests: 0 };
  expect(readVitest({ ...counts, testResults: [good] }, 0)).toEqual({ passed: 1, failed: 0, notes: [] });
  expect(readVitest({ ...counts, testResults: [good, broken] }, 1)).toEqual({
    passed: 1,
    failed: 1,
    notes: ['b did not load: SyntaxError'],
  });
  expect(readVitest({ ...counts, testResults: [good] }, 1).failed).toBe(1);
  expect(readVitest({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, 1).failed).toBe(1);
  expect(readVitest(undefined, 1).failed).toBe(1);
});

test('a test that was not run is named', () => {
  const report = {
    numPassedTests: 0,
    numFailedTests: 0,
    testResults: [
      { status: 'passed', name: 'a', assertionResults: [{ status: 'skipped', fullName: 'needs a client' }] },
    ],
  };
  expect(readVitest(report, 0).notes).toEqual(['not run: needs a client']);
});

test('pytest is counted from its report', () => {
  const xml =
    '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="10" time="1"><testcase name="ok" time="1" />' +
    '<testcase classname="c" name="gpu"><skipped type="pytest.skip" message="no CUDA">x</skipped></testcase></testsuite></testsuites>';
  expect(readPytest(xml, 1)).toEqual({ passed: 6, failed: 3, notes: ['not run: gpu (no CUDA)'] });
  expect(readPytest(undefined, 2).failed).toBe(1);
});

test("a developer's own addresses do not reach the tests", () => {
  process.env.S3_BUCKET = 'real';
  process.env.TEST_DATABASE_URL = 'postgresql://real';
  expect(Object.keys(testEnvironment())).not.toEqual(expect.arrayContaining(['S3_BUCKET']));
  expect(testEnvironment()).not.toHaveProperty('TEST_DATABASE_URL');
  delete process.env.S3_BUCKET;
  delete process.env.TEST_DATABASE_URL;
});

test('every suite runs once, and one goes beside another only where there are cores for both', () => {
  const names = (/** @type {Parameters<typeof rounds>} */ ...args) =>
    rounds(...args).map((round) => round.map(({ name }) => name));
  const all = SUITES.map(({ name }) => name);
  expect(names(SUITES, 1)).toEqual(all.map((name) => [name]));
  expect(names(SUITES, 2).flat().sort()).toEqual([...all].sort());
  expect(names(SUITES, 2)).toContainEqual(['scripts', 'trainer']);
  const trainer = SUITES.filter(({ name }) => name === 'trainer');
  expect(names(trainer, 2), 'alone when nothing else was asked for').toEqual([['trainer']]);
});
