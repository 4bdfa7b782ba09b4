// The state of an installation: <clone>/.maskloop. Secrets are made once; run.json says what runs now.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { identify, isSameProcessAlive } from './processes.mjs';

/** @typedef {import('./processes.mjs').ProcessId} ProcessId */
/**
 * @typedef {object} RunRecord
 * @property {string} [address]
 * @property {Record<string, string | undefined>} [environment] where database, queues and files are, for other commands
 * @property {Record<string, { process: ProcessId, port: number }>} parts web and worker, by name
 */
/** @typedef {{ nextAuthSecret: string, databasePassword: string, redisPassword: string }} Secrets */

export const STATE = inRoot('.maskloop');
const RUN = path.join(STATE, 'run.json');
const LOCK = path.join(STATE, 'start.lock');

/** @param {string[]} parts */
export const inState = (...parts) => path.join(STATE, ...parts);

/** Makes the folder, and refuses one that another user made: half of it would be out of reach. */
export function openState() {
  const user = process.getuid?.();
  // root's database runs as another user, who must be able to pass through
  fs.mkdirSync(STATE, { recursive: true, mode: user === 0 ? 0o711 : 0o700 });
  const owner = fs.statSync(STATE).uid;
  if (user !== undefined && owner !== user) {
    throw new Error(
      `${STATE} belongs to user ${owner}, and this is user ${user}. Start as that user, or move the folder away to begin anew.`,
    );
  }
  if (user === 0) fs.chmodSync(STATE, 0o711);
  fs.mkdirSync(inState('logs'), { recursive: true, mode: 0o700 });
  fs.mkdirSync(inState('blobs'), { recursive: true, mode: 0o700 });
}

/** Whole or not at all: a crash in the middle leaves the old file. @param {string} file @param {unknown} value */
export function writeJson(file, value) {
  const half = `${file}.${process.pid}`;
  fs.writeFileSync(half, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(half, file);
}

/** @param {string} file @returns {any} undefined when there is none */
function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** @returns {Secrets} */
export function readSecrets() {
  const file = inState('secrets.json');
  const known = readJson(file);
  const random = () => randomBytes(32).toString('hex');
  const secrets = { nextAuthSecret: random(), databasePassword: random(), redisPassword: random(), ...known };
  if (Object.keys(secrets).length > Object.keys(known ?? {}).length) writeJson(file, secrets);
  return secrets;
}

/** @returns {RunRecord} what an earlier start left, alive or not */
export function readRun() {
  try {
    return { parts: {}, ...readJson(RUN) };
  } catch {
    return { parts: {} }; // only a hint: whatever it said is found or stepped over anyway
  }
}

/** @returns {Record<string, string | undefined>} empty unless a launcher runs */
export function environmentOfRun() {
  const holder = readHolder();
  return holder && isSameProcessAlive(holder) ? (readRun().environment ?? {}) : {};
}

/** @param {RunRecord} run */
export const writeRun = (run) => writeJson(RUN, run);
export const forgetRun = () => fs.rmSync(RUN, { force: true });

/**
 * One launcher per clone.
 *
 * @returns {{ held: true, release: () => void } | { held: false, by: ProcessId }}
 */
export function takeLock() {
  const own = identify(process.pid);
  const draft = `${LOCK}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        // a hard link appears with its content, or fails because the name is taken: no moment in between
        linkOrWrite(draft, LOCK);
        return {
          held: true,
          release: () => {
            if (sameFile(LOCK, own)) fs.rmSync(LOCK, { force: true });
          },
        };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const holder = readHolder();
      if (holder && isSameProcessAlive(holder)) return { held: false, by: holder };
      // move it aside first: of two launchers that see the same dead holder, one wins the rename
      const aside = `${LOCK}.stale.${process.pid}`;
      try {
        fs.renameSync(LOCK, aside);
        const moved = JSON.parse(fs.readFileSync(aside, 'utf8'));
        if (isSameProcessAlive(moved)) fs.linkSync(aside, LOCK); // it was taken anew in between: give it back
        fs.rmSync(aside, { force: true });
      } catch {
        // the other launcher was faster
      }
    }
    throw new Error(`${LOCK} changes hands all the time; remove it if nothing runs`);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** @param {string} from @param {string} to */
function linkOrWrite(from, to) {
  try {
    fs.linkSync(from, to);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST') throw error;
    // a file system without hard links: nearly as good
    fs.writeFileSync(to, fs.readFileSync(from), { flag: 'wx', mode: 0o600 });
  }
}

/** @returns {ProcessId | null} */
function readHolder() {
  try {
    return JSON.parse(fs.readFileSync(LOCK, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {string} file @param {ProcessId | null} own */
function sameFile(file, own) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).pid === own?.pid;
  } catch {
    return false;
  }
}
