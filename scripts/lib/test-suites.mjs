// The suites of `npm test`, in order, cheapest first.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { pathWithNode } from './migrate.mjs';
import { inRoot, ROOT } from './paths.mjs';
import { findRedis } from './redis.mjs';
import { findChromium, installCommand, installFromDebian } from './system-packages.mjs';
import { readPytest, readVitest } from './test-outcome.mjs';

/** @typedef {import('./test-outcome.mjs').Outcome} Outcome */
/**
 * @typedef {object} Context
 * @property {NodeJS.ProcessEnv} env for child processes
 * @property {((text: string) => void) | undefined} [keep] takes what they print; left out, it goes to the terminal
 * @property {() => Promise<NodeJS.ProcessEnv>} servers DATABASE_URL and REDIS_URL_TEST of throw-away servers
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {boolean} fast part of `npm run check`
 * @property {string} [beside] the suite it runs beside where there are two cores: each of the two keeps one busy
 * @property {(context: Context) => Promise<Outcome>} run
 */

/** @type {readonly Suite[]} */
export const SUITES = [
  { name: 'format', fast: true, run: (context) => check(context, 'biome', ['format', '.']) },
  {
    name: 'lint',
    fast: true,
    run: (context) => check(context, 'biome', ['lint', '.', '--error-on-warnings']),
  },
  {
    name: 'imports',
    fast: true,
    run: (context) => check(context, process.execPath, [inRoot('scripts', 'import-rules', 'check.mjs')]),
  },
  { name: 'types', fast: true, run: runTypes },
  { name: 'unit', fast: true, run: (context) => runVitest(context, 'unit') },
  { name: 'scripts', fast: false, run: (context) => runVitest(context, 'scripts') },
  { name: 'integration', fast: false, run: runIntegration },
  { name: 'e2e', fast: false, run: runEndToEnd },
  { name: 'trainer', fast: false, beside: 'scripts', run: runTrainer },
];

/**
 * What runs at the same time: a suite, and those that go beside it.
 *
 * @param {readonly Suite[]} suites
 * @returns {[Suite, ...Suite[]][]}
 */
export function rounds(suites, cores = os.availableParallelism()) {
  const goesBeside = (/** @type {Suite} */ { beside }) =>
    cores > 1 && suites.some(({ name }) => name === beside);
  return suites
    .filter((suite) => !goesBeside(suite))
    .map((first) => [first, ...suites.filter((suite) => goesBeside(suite) && suite.beside === first.name)]);
}

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

/** What the independent readers of exports need. */
const READER_PACKAGES = ['python3-numpy', 'python3-pil'];

const TRAINER_PACKAGES = [
  'python3-torch',
  'python3-numpy',
  'python3-pil',
  'python3-opencv',
  'python3-onnx',
  'python3-pytest',
  'python3-matplotlib',
];

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Pick<Context, 'env' | 'keep'> & { cwd?: string }} options
 * @returns {Promise<number>} exit code
 */
function show(program, args, { env, keep, cwd = ROOT }) {
  return new Promise((resolve) => {
    const output = keep ? 'pipe' : 'inherit';
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', output, output] });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => keep?.(text));
    child.on('error', (error) => {
      const text = `${program}: ${error.message}`;
      if (keep) keep(`${text}\n`);
      else console.error(text);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal ? 128 : 1)));
  });
}

/** A check that counts as one. @param {Context} context @param {string} program @param {readonly string[]} args @returns {Promise<Outcome>} */
async function check({ env, keep }, program, args) {
  const code = await show(program, args, { env, keep });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notes: [] };
}

/** @param {Context} context @returns {Promise<Outcome>} */
async function runTypes(context) {
  const workspaces = await check(context, 'turbo', [
    'run',
    'typecheck',
    '--output-logs=errors-only',
    '--ui=stream',
    '--continue',
  ]);
  const scripts = await check(context, 'tsc', ['-p', inRoot('scripts')]);
  const failed = Math.max(workspaces.failed, scripts.failed);
  return { passed: 1 - failed, failed, notes: [] };
}

/** @param {Context} context @param {string} project @param {NodeJS.ProcessEnv} [more] @returns {Promise<Outcome>} */
async function runVitest({ env, keep }, project, more = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maskloop-vitest-'));
  const file = path.join(folder, 'report.json');
  try {
    const args = [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ];
    const code = await show('vitest', args, { env: { ...env, ...more }, keep });
    return readVitest(fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined, code);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Context} context @returns {Promise<Outcome>} */
async function runIntegration(context) {
  const missing = (await needRedis()) ?? (await needReaders(context));
  if (missing) return missing;
  return runVitest(context, 'integration', await context.servers());
}

/** @param {Context} context @param {string} modules separated by commas @returns {Promise<boolean>} */
const importable = async ({ env, keep }, modules) =>
  (await show(PYTHON, ['-c', `import ${modules}`], { env, keep })) === 0;

/** Exports are read by programs that share no code with the product, in Python. @param {Context} context @returns {Promise<Outcome | null>} */
async function needReaders(context) {
  if (await importable(context, 'numpy, PIL')) return null;
  const answer = await installFromDebian(READER_PACKAGES);
  if (answer.installed && (await importable(context, 'numpy, PIL'))) return null;
  const why = answer.installed ? `${PYTHON} still cannot import them` : answer.why;
  return {
    passed: 0,
    failed: 1,
    notes: [
      `Python with numpy and Pillow is needed (PYTHON names another one): ${why}. To install it: ${installCommand(READER_PACKAGES)}`,
    ],
  };
}

/** The job suite runs on both queue backends, so without Redis half of it would be missing. @returns {Promise<Outcome | null>} */
async function needRedis() {
  if (findRedis()) return null;
  const answer = await installFromDebian(['redis-server']);
  if (answer.installed && findRedis()) return null;
  return {
    passed: 0,
    failed: 1,
    notes: [
      `redis-server or valkey-server is needed: ${answer.installed ? 'installed, but too old' : answer.why}`,
    ],
  };
}

/** @param {Context} context @returns {Promise<Outcome>} */
async function runEndToEnd(context) {
  const missing = await needRedis();
  if (missing) return missing;
  let chromium = findChromium();
  if (!chromium) {
    const answer = await installFromDebian(['chromium']);
    chromium = findChromium();
    if (!chromium) {
      const why = answer.installed ? 'installed, but not found' : answer.why;
      return {
        passed: 0,
        failed: 1,
        notes: [`Chromium is needed (CHROMIUM_PATH names another one): ${why}`],
      };
    }
  }
  try {
    await buildIfNeeded();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, notes: ['the product does not build: see above'] };
  }
  return runVitest(context, 'e2e', { ...(await context.servers()), CHROMIUM_PATH: chromium });
}

/** @param {Context} context @returns {Promise<Outcome>} */
async function runTrainer(context) {
  const { env, keep } = context;
  const modules = 'torch, numpy, PIL, cv2, onnx, pytest, matplotlib';
  if (!(await importable(context, modules))) {
    const answer = await installFromDebian(TRAINER_PACKAGES);
    if (!answer.installed || !(await importable(context, modules))) {
      // the trainer is one optional part; the rest of the product neither needs nor misses it
      const why = answer.installed ? `${PYTHON} still cannot import them` : answer.why;
      return {
        passed: 0,
        failed: 0,
        notes: [
          `NOT RUN: PyTorch or one of its companions is absent (${why}). To run it: ${installCommand(TRAINER_PACKAGES)}`,
        ],
      };
    }
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maskloop-pytest-'));
  const file = path.join(folder, 'report.xml');
  try {
    const code = await show(PYTHON, ['-m', 'pytest', '-q', '-rs', `--junitxml=${file}`], {
      env,
      keep,
      cwd: inRoot('trainer'),
    });
    return readPytest(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined, code);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The environment of tests: a developer's own addresses must not reach them. */
export function testEnvironment() {
  const own =
    /^(?:DATABASE_URL|TEST_DATABASE_URL|REDIS_URL|QUEUE_BACKEND|STORAGE_DIR|MODELS_DIR|PORT|HOSTNAME|DEMO|LOG_LEVEL|TRUST_PROXY|LEASE_MINUTES|MAX_.*|ORT_.*|WORKER_.*|S3_.*|NEXTAUTH_.*|OIDC_.*|GITHUB_ID|GITHUB_SECRET|GOOGLE_.*)$/;
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: pathWithNode(),
    NODE_ENV: 'test',
    TURBO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}
