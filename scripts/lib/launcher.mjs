// `npm start` and `npm run dev`, from a fresh clone to a running site, in order.
import fs from 'node:fs';
import os from 'node:os';
import { buildIfNeeded, WEB_SERVER, WORKER_MAIN } from './build.mjs';
import { migrateIfNeeded } from './database.mjs';
import { waitUntilHealthy, webHealth, workerHealth } from './health.mjs';
import { installIfNeeded } from './install.mjs';
import { pathWithNode } from './migrate.mjs';
import { Part } from './part.mjs';
import { inRoot, ROOT } from './paths.mjs';
import { freePortFrom } from './ports.mjs';
import { sleep, stopProcess } from './processes.mjs';
import { endCommands, keepLedger } from './run-command.mjs';
import { bold, complain, prefixed, say, timed } from './say.mjs';
import { seed } from './seed.mjs';
import { keepPostgres, keepRedis } from './servers.mjs';
import { forgetRun, inState, openState, readRun, readSecrets, takeLock, writeRun } from './state.mjs';

/** Crashes before a part was ever healthy: more will not help. */
const HOPELESS = 3;
const HEALTHY_MS = 120_000;
/** Somebody's server on any of these would be in the way of a browser. */
const ALL = ['127.0.0.1', '0.0.0.0', '::'];
/** Next compiles the first page on demand. */
const HEALTHY_DEV_MS = 240_000;

/**
 * @param {{ dev: boolean, resetDemo: boolean, port?: number }} options
 * @returns {Promise<number>} exit code
 */
export async function launch(options) {
  openState();
  const lock = takeLock();
  if (!lock.held) {
    const { address } = readRun();
    complain(
      `Maskloop already runs from this clone (pid ${lock.by.pid}${address ? `, ${address}` : ', still starting'}). ` +
        `Stop it with Ctrl-C in its terminal, or with: kill ${lock.by.pid}`,
    );
    return 1;
  }

  /** What to stop, last started first. @type {(() => Promise<unknown>)[]} */
  const started = [];
  const interrupted = whenInterrupted(() => say('stopping'));
  const goOn = () => {
    if (interrupted.asked) throw new Error('interrupted');
  };
  const bringingUp = bringUp(options, started, goOn);
  let code = 1;
  try {
    await Promise.race([interrupted, bringingUp]);
    code = await interrupted;
  } catch (error) {
    if (interrupted.asked) code = await interrupted;
    else complain(error instanceof Error ? error.message : String(error));
  }

  // whatever is half done ends first, so that nothing is started after the last look at what there is to stop
  let settled = false;
  void bringingUp
    .catch(() => {})
    .finally(() => {
      settled = true;
    });
  do {
    await endCommands();
    await sleep(50);
  } while (!settled);
  // web and worker first, together: they finish their work while the servers still answer
  for (const stop of started.reverse())
    await stop().catch((/** @type {Error} */ error) => complain(error.message));
  forgetRun();
  lock.release();
  return code;
}

/**
 * @param {{ dev: boolean, resetDemo: boolean, port?: number }} options
 * @param {(() => Promise<unknown>)[]} started grows by what there is to stop
 * @param {() => void} goOn throws when Ctrl-C has been pressed meanwhile
 * @returns {Promise<void>} when the site is ready
 */
async function bringUp(options, started, goOn) {
  const { dev } = options;
  const given = readEnvironment();
  await stopLeftovers(readRun());
  forgetRun();
  if ((await keepLedger(inState('commands'))) > 0) say('ended what an earlier start was still doing');
  await installIfNeeded(timed);
  goOn();
  const secrets = readSecrets();

  /** @type {Part[]} */
  const parts = [];
  const onMove = () => {
    for (const part of parts) void part.restart();
  };

  const building = buildIfNeeded({ timed, dev });
  building.catch(() => {}); // awaited below; until then a failure is not "unhandled"

  const ownPostgres = given.DATABASE_URL ? null : await keepPostgres(secrets.databasePassword, onMove);
  if (ownPostgres) started.push(ownPostgres.stop);
  goOn();
  const databaseUrl = () => given.DATABASE_URL ?? ownPostgres?.url() ?? '';
  say(
    ownPostgres
      ? `database ${ownPostgres.reused ? 'of the last start found again' : 'started'}`
      : 'database as DATABASE_URL says',
  );

  const wantsRedis = !given.REDIS_URL && given.QUEUE_BACKEND !== 'postgres';
  const ownRedis = wantsRedis ? await keepRedis(secrets.redisPassword, onMove) : null;
  if (ownRedis) started.push(ownRedis.stop);
  goOn();
  const redisUrl = () => given.REDIS_URL ?? ownRedis?.url();
  say(
    `queues in ${given.QUEUE_BACKEND === 'postgres' ? 'PostgreSQL, as QUEUE_BACKEND says' : given.REDIS_URL ? 'Redis, as REDIS_URL says' : ownRedis ? 'Redis' : 'PostgreSQL (no redis-server on PATH)'}`,
  );

  if ((await migrateIfNeeded(databaseUrl())) === 'migrated') say('database brought to the newest schema');
  await building;
  goOn();

  const host = given.HOSTNAME;
  const reach = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const wishedPort = options.port ?? given.PORT;
  const hosts = [...new Set([host, ...ALL])];
  let port = await freePortFrom(wishedPort, { hosts });
  if (port !== wishedPort) say(`port ${wishedPort} is taken, using ${port}`);
  let healthPort = await freePortFrom(given.WORKER_HEALTH_PORT, { hosts: ALL });
  const address = () => given.NEXTAUTH_URL ?? `http://${reach === '127.0.0.1' ? 'localhost' : reach}:${port}`;

  const env = () => ({
    ...process.env,
    PATH: pathWithNode(),
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: databaseUrl(),
    REDIS_URL: redisUrl(),
    QUEUE_BACKEND: given.QUEUE_BACKEND ?? (redisUrl() ? 'redis' : 'postgres'),
    STORAGE_DIR: process.env.STORAGE_DIR || inState('blobs'),
    MODELS_DIR: process.env.MODELS_DIR || inRoot('models'),
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || secrets.nextAuthSecret,
    NEXTAUTH_URL: address(),
    HOSTNAME: host,
    PORT: String(port),
    WORKER_HEALTH_PORT: String(healthPort),
  });

  const onAccount = (/** @type {import('./seed.mjs').Account} */ { email, password }) =>
    say(`${bold('account made')}: ${bold(email)} / ${bold(password)}  (shown only now)`);
  const made = await timed(options.resetDemo ? 'demo project seeded anew' : 'seed data checked', () =>
    seed(env(), { resetDemo: options.resetDemo, onAccount }),
  );

  const record = () => {
    const { DATABASE_URL, REDIS_URL, QUEUE_BACKEND, STORAGE_DIR, MODELS_DIR } = env();
    return {
      address: address(),
      environment: { DATABASE_URL, REDIS_URL, QUEUE_BACKEND, STORAGE_DIR, MODELS_DIR },
      parts: running,
    };
  };
  /** @type {import('./state.mjs').RunRecord['parts']} */
  const running = {};
  const common = { cwd: ROOT, env, show: dev };
  parts.push(
    new Part({
      ...common,
      name: 'web',
      // next dev looks for its configuration's files from where it is started
      cwd: dev ? inRoot('apps', 'web') : ROOT,
      command: dev
        ? [
            process.execPath,
            inRoot('node_modules', 'next', 'dist', 'bin', 'next'),
            'dev',
            '--port',
            String(port),
            '--hostname',
            host,
          ]
        : [process.execPath, WEB_SERVER],
      logFile: inState('logs', 'web.log'),
      onStart: (process) => {
        running.web = { process, port };
        writeRun(record());
      },
      beforeRestart: async (tail) => {
        if (!tail.includes('EADDRINUSE')) return;
        port = await freePortFrom(port + 1, { hosts });
        say(`its port was taken meanwhile; the site moves to ${address()}`);
      },
    }),
    new Part({
      ...common,
      name: 'worker',
      command: dev
        ? [
            process.execPath,
            inRoot('node_modules', 'tsx', 'dist', 'cli.mjs'),
            'watch',
            '--clear-screen=false',
            inRoot('apps', 'worker', 'src', 'main.ts'),
          ]
        : [process.execPath, '--enable-source-maps', WORKER_MAIN],
      logFile: inState('logs', 'worker.log'),
      onStart: (process) => {
        running.worker = { process, port: healthPort };
        writeRun(record());
      },
      beforeRestart: async (tail) => {
        if (tail.includes('EADDRINUSE')) healthPort = await freePortFrom(healthPort + 1, { hosts: ALL });
      },
    }),
  );
  started.push(() => Promise.all(parts.map((part) => part.stop())));
  goOn();
  for (const part of parts) part.start();

  const limitMs = dev ? HEALTHY_DEV_MS : HEALTHY_MS;
  const urls = { web: () => webHealth(port, reach), worker: () => workerHealth(healthPort) };
  await timed('web and worker are healthy', () =>
    Promise.all(
      parts.map(async (part) => {
        const gaveUp = () => {
          goOn();
          return part.crashes >= HOPELESS;
        };
        const health = await waitUntilHealthy(part.name === 'web' ? urls.web : urls.worker, {
          limitMs,
          gaveUp,
        });
        if (health.healthy) return;
        throw new Error(
          gaveUp()
            ? `${part.name} ended ${HOPELESS} times before it was ever healthy; see above`
            : `${part.name} was not healthy within ${limitMs / 1000} s (${health.last}); the end of its log:\n${prefixed(part.name, part.tail())}`,
        );
      }),
    ),
  );

  say(`${bold('Maskloop is ready')}: ${bold(address())}`);
  say(
    made.admin
      ? `sign in as ${bold(made.admin.email)} with the password above`
      : 'sign in with your account; a lost password: npm run reset-password -- <e-mail>',
  );
  say('Ctrl-C stops it. Logs: .maskloop/logs');
}

/** Variables that decide what the launcher itself does. A `.env` file counts as environment. */
function readEnvironment() {
  if (fs.existsSync(inRoot('.env'))) process.loadEnvFile(inRoot('.env'));
  const value = (/** @type {string} */ name) => process.env[name]?.trim() || undefined;
  const number = (/** @type {string} */ name, /** @type {number} */ fallback) => {
    const text = value(name) ?? String(fallback);
    const parsed = Number(text);
    if (/^\d+$/.test(text) && parsed >= 1 && parsed <= 65_535) return parsed;
    throw new Error(`${name} must be a whole number from 1 to 65535, but is "${text}"`);
  };
  // many shells and containers set HOSTNAME to the machine's name, which is not a wish where to listen
  const hostname = value('HOSTNAME');
  return {
    DATABASE_URL: value('DATABASE_URL'),
    REDIS_URL: value('REDIS_URL'),
    QUEUE_BACKEND: value('QUEUE_BACKEND'),
    NEXTAUTH_URL: value('NEXTAUTH_URL'),
    HOSTNAME: hostname && hostname !== os.hostname() ? hostname : '127.0.0.1',
    PORT: number('PORT', 3000),
    WORKER_HEALTH_PORT: number('WORKER_HEALTH_PORT', 3100),
  };
}

/** After kill -9 of the launcher, web and worker live on with an old build: they go, the servers stay. */
async function stopLeftovers(/** @type {import('./state.mjs').RunRecord} */ left) {
  for (const name of ['web', 'worker']) {
    const part = left.parts[name];
    if (!part) continue;
    const outcome = await stopProcess(part.process, { group: true });
    if (outcome !== 'gone') say(`stopped the ${name} of an earlier start (pid ${part.process.pid})`);
  }
}

/** @param {() => void} onFirst @returns {Promise<number> & { asked: boolean }} settles at the first signal with its exit code */
function whenInterrupted(onFirst) {
  let asked = 0;
  /** @type {any} */
  const promise = new Promise((resolve) => {
    for (const [signal, code] of /** @type {const} */ ([
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ])) {
      process.on(signal, () => {
        // npm passes on what the terminal has sent already: only a later one means impatience
        if (asked && Date.now() - asked > 1_500) {
          complain('stopping at once; the next start cleans up');
          process.exit(code);
        }
        if (asked) return;
        asked = Date.now();
        promise.asked = true;
        onFirst();
        resolve(code);
      });
    }
  });
  promise.asked = false;
  return promise;
}
