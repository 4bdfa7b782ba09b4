// A PostgreSQL of our own: made, started on a free port, found again after a crash, stopped.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inRoot, ROOT } from './paths.mjs';
import { anyFreePort, freePortFrom } from './ports.mjs';
import { findPostgres, sharedFolders } from './postgres-binaries.mjs';
import { identify, isSameProcessAlive, sleep, stopProcess } from './processes.mjs';
import { canOwn, databaseUser } from './reach.mjs';
import { claimScratch } from './scratch.mjs';

const exe = process.platform === 'win32' ? '.exe' : '';
const SUPERUSER = 'maskloop';
const READY_MS = 60_000;

/**
 * @typedef {object} RunningPostgres
 * @property {string} url of the application database
 * @property {number} port
 * @property {import('./processes.mjs').ProcessId} process
 * @property {string} dataDir
 * @property {boolean} reused a server left behind by an earlier start was alive
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {string} options.dir folder for this server: data and log below it, unless root must go elsewhere
 * @param {string} options.password of the one database user, `maskloop`
 * @param {number} [options.port] first port to try; any free one when left out
 * @param {string} [options.database]
 * @param {string} [options.logFile]
 * @param {boolean} [options.throwAway] no durability: for tests, whose data nobody keeps
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres(options) {
  const { dir, password, database = 'maskloop', say = () => {} } = options;
  const binaries = findPostgres();
  const dataDir = path.join(reachableFolder(dir), 'data');
  const logFile = options.logFile ?? path.join(dir, 'postgres.log');
  fs.mkdirSync(path.dirname(logFile), { recursive: true });

  const left = await findLeftBehind(dataDir, password);
  if (left) {
    const url = urlOf(left.port, password, database);
    await ensureDatabase(left.port, password, database);
    return { ...handleOf(left.process, dataDir), url, port: left.port, reused: true };
  }

  if (!isInitialised(dataDir)) {
    say(`creating a PostgreSQL ${binaries.major} database (${binaries.from} binaries) in ${dataDir}`);
    initialise(binaries.bin, dataDir, password);
  }
  const made = Number(fs.readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8'));
  if (made !== binaries.major) {
    throw new Error(
      `${dataDir} was made by PostgreSQL ${made}, but the binaries in ${binaries.bin} are ${binaries.major}. ` +
        `Install PostgreSQL ${made}, or move that folder away to begin with an empty database.`,
    );
  }
  const started = await launch({ bin: binaries.bin, dataDir, logFile, password, options });
  await ensureDatabase(started.port, password, database);
  return {
    ...handleOf(started.process, dataDir),
    url: urlOf(started.port, password, database),
    port: started.port,
    reused: false,
  };
}

/**
 * A server with an empty database in a temporary folder, for one command or one test run.
 *
 * @param {{ label?: string, say?: (line: string) => void }} [options]
 * @returns {Promise<RunningPostgres>} stop() removes the folder too
 */
export async function startScratchPostgres({ label = 'pg', say } = {}) {
  const scratch = await claimScratch(label, { readableByAll: true });
  try {
    const server = await startPostgres({
      dir: scratch.dir,
      password: randomBytes(12).toString('hex'),
      throwAway: true,
      ...(say ? { say } : {}),
    });
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

/** @param {number} port @param {string} password @param {string} database */
const urlOf = (port, password, database) =>
  `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/**
 * @param {string} dir wished
 * @returns {string} the same, or a folder outside the clone, remembered beside it
 */
function reachableFolder(dir) {
  if (canOwn(dir)) return dir;
  const note = `${dir}.elsewhere`;
  const before = fs.existsSync(note) ? fs.readFileSync(note, 'utf8').trim() : '';
  if (before && canOwn(before)) return before;
  // by chance, not by the clone's path: a later clone at the same place is another installation
  const name = `${path.basename(ROOT).replaceAll(/[^\w-]/g, '_')}-${randomBytes(6).toString('hex')}`;
  const candidates = sharedFolders().map((base) => path.join(base, name));
  for (const candidate of candidates) {
    try {
      fs.mkdirSync(path.dirname(candidate), { recursive: true });
      fs.chmodSync(path.dirname(candidate), 0o755);
    } catch {
      continue;
    }
    if (!canOwn(candidate)) continue;
    fs.mkdirSync(path.dirname(note), { recursive: true });
    fs.writeFileSync(note, `${candidate}\n`);
    return candidate;
  }
  throw new Error(
    `The database's user cannot use a folder at ${[dir, ...candidates].join(' or ')}. Set DATABASE_URL to a running server.`,
  );
}

/** initdb writes PG_VERSION early and global/pg_control late: both mean it got to its end. */
const isInitialised = (/** @type {string} */ dataDir) =>
  fs.existsSync(path.join(dataDir, 'PG_VERSION')) &&
  fs.existsSync(path.join(dataDir, 'global', 'pg_control'));

/**
 * Works beside the final folder and renames at the end, so an interrupted initdb is never taken for a database.
 *
 * @param {string} bin
 * @param {string} dataDir
 * @param {string} password
 */
function initialise(bin, dataDir, password) {
  const parent = path.dirname(dataDir);
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith('data.half-')) fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  if (fs.existsSync(dataDir)) {
    const empty = fs.readdirSync(dataDir).length === 0;
    // incomplete, yet perhaps somebody's data: move it aside, never remove it
    if (empty) fs.rmdirSync(dataDir);
    else fs.renameSync(dataDir, `${dataDir}.broken-${Date.now()}`);
  }
  const user = databaseUser();
  const half = `${dataDir}.half-${process.pid}`;
  const passwordFile = path.join(parent, `.password-${process.pid}`);
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if ('uid' in user) fs.chownSync(passwordFile, user.uid, user.gid);
  try {
    const args = [
      '-D',
      half,
      '-U',
      SUPERUSER,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--no-sync',
    ];
    const attempt = (/** @type {string} */ locale) => {
      fs.rmSync(half, { recursive: true, force: true });
      fs.mkdirSync(half, { mode: 0o700 });
      if ('uid' in user) fs.chownSync(half, user.uid, user.gid);
      return spawnSync(path.join(bin, `initdb${exe}`), [...args, `--locale=${locale}`], {
        ...user,
        cwd: half,
        env: { PATH: process.env.PATH, HOME: half, TMPDIR: parent },
        encoding: 'utf8',
      });
    };
    // C.UTF-8 sorts the same on every machine; where the C library has none, C with UTF-8 encoding does
    let result = attempt('C.UTF-8');
    if (result.status !== 0 && /locale/i.test(result.stderr)) result = attempt('C');
    if (/could not look up effective user ID/.test(result.stderr)) {
      throw new Error(
        `PostgreSQL will not run as user ${process.getuid?.()}, which has no entry in /etc/passwd. ` +
          'Start as a user that has one, or set DATABASE_URL to a running server.',
      );
    }
    if (result.status !== 0) {
      throw new Error(
        `initdb failed (exit ${result.status}): ${result.error?.message ?? (result.stderr || result.stdout)}`,
      );
    }
    fs.renameSync(half, dataDir);
  } finally {
    fs.rmSync(passwordFile, { force: true });
    fs.rmSync(half, { recursive: true, force: true });
  }
}

/**
 * @param {object} args
 * @param {string} args.bin
 * @param {string} args.dataDir
 * @param {string} args.logFile
 * @param {string} args.password
 * @param {{ port?: number, throwAway?: boolean }} args.options
 * @returns {Promise<{ port: number, process: import('./processes.mjs').ProcessId }>}
 */
async function launch({ bin, dataDir, logFile, password, options }) {
  const end = Date.now() + READY_MS;
  let reason = '';
  while (Date.now() < end) {
    const port = options.port === undefined ? await anyFreePort() : await freePortFrom(options.port);
    const log = fs.openSync(logFile, 'a', 0o600);
    const logStart = fs.fstatSync(log).size;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      // memory-mapped files, because a container's /dev/shm is often 64 MB
      dynamic_shared_memory_type: process.platform === 'win32' ? 'windows' : 'mmap',
      ...(options.throwAway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    };
    const child = spawn(
      path.join(bin, `postgres${exe}`),
      [
        '-D',
        dataDir,
        '-p',
        String(port),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...databaseUser(),
        cwd: dataDir,
        env: { PATH: process.env.PATH, HOME: dataDir, TZ: 'UTC' },
        stdio: ['ignore', log, log],
        // own process group: Ctrl-C reaches the launcher only, which stops the parts in order
        detached: true,
      },
    );
    fs.closeSync(log);
    child.unref();
    let exited = false;
    child.on('exit', () => {
      exited = true;
    });
    child.on('error', (error) => {
      exited = true;
      reason = error.message;
    });
    while (!exited && Date.now() < end) {
      const answer = await answers(port, password);
      const id = child.pid && answer !== 'not yet' ? identify(child.pid) : null;
      if (id && answer === 'yes') return { port, process: id };
      if (id && answer === 'wrong password') {
        await stopProcess(id, { signal: 'SIGINT' });
        throw new Error(
          `The database in ${dataDir} was made with another password than the one kept for it. ` +
            'Bring back the file with the old password (secrets.json), or move that folder away to begin anew.',
        );
      }
      await sleep(30);
    }
    if (!exited && child.pid) process.kill(child.pid, 'SIGQUIT');
    reason = readFrom(logFile, logStart) || reason;
    // a port taken in between, or the lock file of a server that is still going down: worth another try
    if (
      !/could not create any TCP\/IP sockets|lock file "postmaster.pid" already exists|pre-existing shared memory/.test(
        reason,
      )
    )
      break;
    await sleep(400);
  }
  throw new Error(
    `PostgreSQL did not start from ${dataDir} within ${READY_MS / 1000} s. Its log (${logFile}) ends:\n${tail(reason)}`,
  );
}

/** @param {string} file @param {number} position */
function readFrom(file, position) {
  try {
    return fs.readFileSync(file).subarray(position).toString('utf8');
  } catch {
    return '';
  }
}

/** @param {string} text */
const tail = (text) => text.trim().split('\n').slice(-12).join('\n');

/** `pg` is a dependency of packages/db; npm may or may not hoist it. @returns {typeof import('pg')} */
export const loadPg = () => createRequire(inRoot('packages', 'db', 'package.json'))('pg');

/**
 * @param {number} port
 * @param {string} password
 * @returns {Promise<'yes' | 'not yet' | 'wrong password'>}
 */
async function answers(port, password) {
  const client = new (loadPg().Client)({
    connectionString: urlOf(port, password, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'yes';
  } catch (error) {
    return /** @type {{ code?: string }} */ (error).code === '28P01' ? 'wrong password' : 'not yet';
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param {number} port @param {string} password @param {string} database */
async function ensureDatabase(port, password, database) {
  const client = new (loadPg().Client)({ connectionString: urlOf(port, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/**
 * After kill -9 of the launcher the server lives on. It holds the data folder's lock, so it is used, not fought.
 *
 * @param {string} dataDir
 * @param {string} password
 * @returns {Promise<{ port: number, process: import('./processes.mjs').ProcessId } | null>}
 */
async function findLeftBehind(dataDir, password) {
  let lines;
  try {
    // written by the server: pid, data folder, start time, port, …
    lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const [pid, folder, , port] = lines;
  const id = identify(Number(pid));
  if (!id || !folder || fs.realpathSync(dataDir) !== safeRealpath(folder)) return null;
  for (let i = 0; i < 100 && isSameProcessAlive(id); i++) {
    const answer = await answers(Number(port), password);
    if (answer === 'yes') return { port: Number(port), process: id };
    if (answer === 'wrong password') break;
    await sleep(100); // starting, recovering or going down
  }
  // the pid may belong to an unrelated process since a reboot: the server itself will judge its lock file
  return null;
}

/** @param {string} file */
function safeRealpath(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * @param {import('./processes.mjs').ProcessId} id
 * @param {string} dataDir
 */
const handleOf = (id, dataDir) => ({
  process: id,
  dataDir,
  stop: async () => {
    // SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is flushed
    await stopProcess(id, { signal: 'SIGINT', graceMs: 30_000 });
  },
});
