#!/usr/bin/env node
// npm test: everything there is. npm run check: what needs no server. The last line is `N passed, N failed`.
import { parseArgs } from 'node:util';
import { installIfNeeded, wrongNode } from './lib/install.mjs';
import { complain, say, timed } from './lib/say.mjs';
import { rounds, SUITES, testEnvironment } from './lib/test-suites.mjs';

const NAMES = SUITES.map(({ name }) => name);
const HELP = `npm test                      everything: ${NAMES.join(', ')}
npm run check                 what needs no server: ${SUITES.filter(({ fast }) => fast)
  .map(({ name }) => name)
  .join(', ')}
npm test -- --only unit       one suite; may be given several times`;

/** @returns {readonly import('./lib/test-suites.mjs').Suite[]} */
function chosenSuites() {
  const { values } = parseArgs({
    options: {
      fast: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  for (const name of values.only) {
    if (!NAMES.includes(name)) throw new Error(`--only must be one of ${NAMES.join(', ')}, but is "${name}"`);
  }
  if (values.only.length > 0) return SUITES.filter(({ name }) => values.only.includes(name));
  return values.fast ? SUITES.filter(({ fast }) => fast) : SUITES;
}

/** @type {readonly import('./lib/test-suites.mjs').Suite[]} */
let suites = [];
try {
  const wrong = wrongNode();
  if (wrong) throw new Error(wrong);
  suites = chosenSuites();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  process.exit(2);
}

/** @type {(() => Promise<void>)[]} */
const stops = [];
const stopServers = async () => {
  for (const stop of stops.splice(0).reverse())
    await stop().catch((/** @type {Error} */ error) => complain(error.message));
};
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  process.once(signal, () => void stopServers().finally(() => process.exit(code)));
}

/** Started when the first suite asks, shared by all. @type {Promise<NodeJS.ProcessEnv> | undefined} */
let servers;
async function startServers() {
  const { startScratchPostgres } = await import('./lib/postgres.mjs');
  const { startScratchRedis } = await import('./lib/redis.mjs');
  const { applyMigrations } = await import('./lib/migrate.mjs');
  const postgres = await startScratchPostgres({ label: 'test' });
  stops.push(postgres.stop);
  await applyMigrations(postgres.url);
  const redis = await startScratchRedis();
  if (redis) stops.push(redis.stop);
  return {
    DATABASE_URL: postgres.url,
    ...(redis ? { REDIS_URL_TEST: redis.url } : {}),
    MASKLOOP_TEST_SERVERS: 'given',
  };
}

/** @type {{ name: string, seconds: number, outcome: import('./lib/test-outcome.mjs').Outcome }[]} */
const results = [];
try {
  await installIfNeeded(timed);
  const { buildIfNeeded } = await import('./lib/build.mjs');
  await buildIfNeeded({ dev: true, timed });
  const context = { env: testEnvironment(), servers: () => (servers ??= startServers()) };
  /** @type {(suite: import('./lib/test-suites.mjs').Suite, keep?: (text: string) => void) => Promise<void>} */
  const runSuite = async ({ name, run }, keep) => {
    const start = performance.now();
    const outcome = await run({ ...context, keep }).catch((error) => ({
      passed: 0,
      failed: 1,
      notes: [error instanceof Error ? error.message : String(error)],
    }));
    results.push({ name, seconds: (performance.now() - start) / 1000, outcome });
  };
  for (const [first, ...beside] of rounds(suites)) {
    const kept = beside.map((suite) => {
      let text = '';
      const ended = runSuite(suite, (more) => (text += more));
      return { name: suite.name, text: () => ended.then(() => text) };
    });
    console.log(`\n==== ${first.name} ====`);
    await runSuite(first);
    for (const { name, text } of kept)
      console.log(`\n==== ${name}, beside ${first.name} ====\n${await text()}`);
  }
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  results.push({ name: 'setup', seconds: 0, outcome: { passed: 0, failed: 1, notes: ['see above'] } });
}
await stopServers();

console.log('\n==== summary ====');
results.sort((a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name));
const besides = new Map(
  rounds(suites).flatMap(([first, ...rest]) => rest.map(({ name }) => [name, `, beside ${first.name}`])),
);
for (const { name, seconds, outcome } of results) {
  say(
    `${name.padEnd(12)} ${String(outcome.passed).padStart(5)} passed ${String(outcome.failed).padStart(5)} failed  ${seconds.toFixed(1).padStart(7)} s${besides.get(name) ?? ''}`,
  );
  for (const note of outcome.notes) console.log(`             ${note}`);
}
const sum = (/** @type {'passed' | 'failed'} */ key) =>
  results.reduce((total, { outcome }) => total + outcome[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
