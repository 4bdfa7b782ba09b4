// A Redis (or Valkey) of our own, from a server program found on PATH. None found: the caller uses PostgreSQL.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { anyFreePort, freePortFrom } from './ports.mjs';
import { identify, isSameProcessAlive, sleep, stopProcess } from './processes.mjs';
import { claimScratch } from './scratch.mjs';

/** BullMQ's minimum. Valkey numbers begin at 7. */
const OLDEST_MAJOR = 5;

/**
 * @typedef {object} RunningRedis
 * @property {string} url
 * @property {number} port
 * @property {import('./processes.mjs').ProcessId} process
 * @property {boolean} reused
 * @property {() => Promise<void>} stop
 */

/** @returns {{ program: string, version: string } | null} the first server on PATH that is new enough */
export function findRedis() {
  for (const program of ['redis-server', 'valkey-server']) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    const version = status === 0 ? /v=(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] : undefined;
    if (version && Number.parseInt(version, 10) >= OLDEST_MAJOR) return { program, version };
  }
  return null;
}

/**
 * @param {object} options
 * @param {string} options.dir holds the data
 * @param {string} options.password
 * @param {number} [options.port] first port to try
 * @param {string} [options.logFile]
 * @param {boolean} [options.throwAway] keeps nothing on disk
 * @returns {Promise<RunningRedis | null>} null when no server program is on PATH
 */
export async function startRedis(options) {
  const { dir, password } = options;
  const left = await findLeftBehind(dir, password);
  if (left) return { ...handleOf(left.process, left.port, password), reused: true };
  const found = findRedis();
  if (!found) return null;
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const logFile = options.logFile ?? path.join(dir, 'redis.log');

  for (let attempt = 0; attempt < 5; attempt++) {
    const port = options.port === undefined ? await anyFreePort() : await freePortFrom(options.port);
    const log = fs.openSync(logFile, 'a', 0o600);
    // configuration through stdin: on the command line everyone on the machine could read the password
    const child = spawn(found.program, ['-'], { cwd: dir, stdio: ['pipe', log, log], detached: true });
    fs.closeSync(log);
    let failure = '';
    child.on('error', (error) => (failure = error.message));
    child.on('exit', (code, signal) => (failure ||= `ended (${signal ?? `exit ${code}`})`));
    child.stdin?.on('error', () => {}); // ended before reading: the exit says so
    child.stdin?.end(
      [
        'bind 127.0.0.1',
        `port ${port}`,
        `requirepass ${password}`,
        // BullMQ loses jobs when Redis may evict its keys
        'maxmemory-policy noeviction',
        'save ""',
        `appendonly ${options.throwAway ? 'no' : 'yes'}`,
        'daemonize no',
        '',
      ].join('\n'),
    );
    child.unref();
    for (let i = 0; i < 400 && !failure; i++) {
      const id = child.pid ? identify(child.pid) : null;
      if (id && (await pings(port, password))) {
        fs.writeFileSync(noteIn(dir), JSON.stringify({ process: id, port }));
        return { ...handleOf(id, port, password), reused: false };
      }
      await sleep(25);
    }
    if (!failure && child.pid) process.kill(child.pid, 'SIGKILL');
    const text = fs.existsSync(logFile) ? fs.readFileSync(logFile, 'utf8') : '';
    if (!/Address already in use|Could not create server TCP/.test(text.slice(-600))) {
      throw new Error(
        `${found.program} did not start: ${failure || 'no answer in 10 s'}. Its log (${logFile}) ends:\n${text.trim().split('\n').slice(-8).join('\n')}`,
      );
    }
  }
  throw new Error(`${found.program} found no free port in 5 tries`);
}

/** @returns {Promise<RunningRedis | null>} */
export async function startScratchRedis() {
  if (!findRedis()) return null;
  const scratch = await claimScratch('redis');
  try {
    const server = await startRedis({
      dir: scratch.dir,
      password: randomBytes(12).toString('hex'),
      throwAway: true,
    });
    if (!server) return null;
    scratch.remember(server.process);
    return {
      ...server,
      stop: async () => {
        await server.stop();
        scratch.remove();
      },
    };
  } catch (error) {
    scratch.remove();
    throw error;
  }
}

/** Beside the data: which server holds it. @param {string} dir */
const noteIn = (dir) => path.join(dir, 'server.json');

/**
 * After kill -9 of the launcher the server lives on. Two of them on one folder would spoil each other's data.
 *
 * @param {string} dir
 * @param {string} password
 * @returns {Promise<{ process: import('./processes.mjs').ProcessId, port: number } | null>}
 */
async function findLeftBehind(dir, password) {
  let left;
  try {
    left = JSON.parse(fs.readFileSync(noteIn(dir), 'utf8'));
  } catch {
    return null;
  }
  if (!isSameProcessAlive(left.process)) return null;
  if (await pings(left.port, password)) return left;
  await stopProcess(left.process);
  return null;
}

/**
 * @param {number} port
 * @param {string} password
 * @returns {Promise<boolean>} it is ours (takes the password) and has finished loading its data
 */
function pings(port, password) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    let text = '';
    const end = (/** @type {boolean} */ answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('+PONG')) end(true);
      else if (/^-/m.test(text)) end(false); // wrong password, or LOADING
    });
  });
}

/**
 * @param {import('./processes.mjs').ProcessId} id
 * @param {number} port
 * @param {string} password
 */
const handleOf = (id, port, password) => ({
  url: `redis://:${password}@127.0.0.1:${port}`,
  port,
  process: id,
  stop: async () => {
    await stopProcess(id, { graceMs: 15_000 });
  },
});
