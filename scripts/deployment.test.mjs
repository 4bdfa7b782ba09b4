// Dockerfile and docker-compose.yml against each other, the workspaces and packages/config. Where a Compose client
// is at hand, it reads the file too.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadEnv, loadWebEnv, VARIABLES } from '../packages/config/src/index.ts';
import { QUEUE_NAMES } from '../packages/jobs/src/index.ts';
import { readWorkspace } from './import-rules/workspace.mjs';
import { inRoot, ROOT } from './lib/paths.mjs';

const text = fs.readFileSync(inRoot('docker-compose.yml'), 'utf8');
/** @type {{ services: Record<string, any>, volumes: Record<string, unknown> }} */
const compose = parse(text, { merge: true });
const dockerfile = fs.readFileSync(inRoot('Dockerfile'), 'utf8');
const OURS = ['setup', 'web', 'worker-inference', 'worker-propose', 'worker-gpu', 'worker-general'];
/** Of the servers' images, not of ours. */
const FOREIGN = ['POSTGRES_PASSWORD'];

/** As Compose would fill them in: required ones with something plausible, optional ones with their default. */
const filledIn = (/** @type {unknown} */ value) =>
  String(value).replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name, kind, rest) =>
    kind === '-' ? rest : `${name}-filled-in-with-32-characters`,
  );

/** @param {string} service @returns {Record<string, string>} */
const environmentOf = (service) =>
  Object.fromEntries(
    Object.entries(compose.services[service].environment).map(([name, value]) => [name, filledIn(value)]),
  );

test('every part is there', () => {
  expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'redis', 's3', ...OURS].sort());
});

test.each(Object.keys(compose.services).filter((name) => name !== 'setup'))(
  '%s says whether it is healthy',
  (name) => {
    expect(compose.services[name].healthcheck.test.length).toBeGreaterThan(1);
  },
);

test('everyone waits until what it needs is healthy, and the app until the setup is done', () => {
  for (const name of OURS) {
    for (const [needed, { condition }] of Object.entries(compose.services[name].depends_on)) {
      expect(compose.services, `${name} needs ${needed}`).toHaveProperty(needed);
      expect(condition).toBe(needed === 'setup' ? 'service_completed_successfully' : 'service_healthy');
    }
    expect(Object.keys(compose.services[name].depends_on)).toEqual(
      expect.arrayContaining(['postgres', 'redis', 's3']),
    );
    if (name !== 'setup') expect(compose.services[name].depends_on).toHaveProperty('setup');
  }
});

test('every variable it sets or asks for is known to packages/config', () => {
  for (const name of OURS) {
    for (const variable of Object.keys(compose.services[name].environment))
      expect(VARIABLES, `${name}: ${variable}`).toHaveProperty(variable);
  }
  for (const [, variable = ''] of text.matchAll(/\$\{(\w+)/g)) {
    if (!FOREIGN.includes(variable)) expect(VARIABLES).toHaveProperty(variable);
  }
});

test('the environment it gives is one that the programs accept', () => {
  for (const name of OURS) {
    const read = name === 'web' ? loadWebEnv : loadEnv;
    expect(read(environmentOf(name)), name).toMatchObject({
      QUEUE_BACKEND: 'redis',
      S3_BUCKET: 'maskloop',
      S3_FORCE_PATH_STYLE: true,
    });
  }
});

test('the kinds of worker on processors serve every queue, each by one kind', () => {
  const served = ['worker-inference', 'worker-propose', 'worker-general'].flatMap(
    (name) => loadEnv(environmentOf(name)).WORKER_QUEUES,
  );
  expect(served.sort()).toEqual([...QUEUE_NAMES].sort());
});

test('the worker on a card is asked for by name, gets the card, and serves what runs models', () => {
  const { profiles, deploy } = compose.services['worker-gpu'];
  expect(profiles).toEqual(['gpu']);
  expect(deploy.resources.reservations.devices).toEqual([
    { driver: 'nvidia', count: 1, capabilities: ['gpu'] },
  ]);
  const env = loadEnv(environmentOf('worker-gpu'));
  expect(env.ORT_PROVIDERS[0]).toBe('cuda');
  expect(env.WORKER_QUEUES).toEqual(['inference', 'propose']);
});

test('named volumes are declared', () => {
  const used = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.map((/** @type {string} */ volume) => volume.split(':')[0]),
  );
  expect(used.sort()).toEqual(Object.keys(compose.volumes).sort());
});

test('every image that is built has its stage in the Dockerfile', () => {
  for (const name of OURS)
    expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${compose.services[name].build.target}$`, 'm'));
});

test('no image runs as root', () => {
  for (const stage of ['setup', 'web', 'worker']) {
    const body = dockerfile.split(new RegExp(`^FROM \\S+ AS ${stage}$`, 'm'))[1]?.split(/^FROM /m)[0] ?? '';
    expect(body, stage).toMatch(/^USER node$/m);
  }
});

test('the Dockerfile copies the manifest of every workspace before it installs', () => {
  for (const { folder } of readWorkspace(ROOT).members) {
    if (folder) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`);
  }
});

const client = ['docker compose', 'docker-compose'].find((name) => {
  const [program = '', ...args] = name.split(' ');
  return spawnSync(program, [...args, 'version']).status === 0;
});
// needs a client only, no daemon; the structure is checked above without one
(client ? test : test.skip)('a Compose client reads the file', () => {
  const [program = '', ...args] = (client ?? '').split(' ');
  const env = {
    ...process.env,
    POSTGRES_PASSWORD: 'x',
    S3_ACCESS_KEY_ID: 'xxx',
    S3_SECRET_ACCESS_KEY: 'xxxxxxxx',
    NEXTAUTH_SECRET: 'x'.repeat(32),
  };
  const result = spawnSync(program, [...args, '--file', inRoot('docker-compose.yml'), 'config', '--quiet'], {
    env,
    encoding: 'utf8',
  });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
});
