// Which process is this, and how is it stopped? Pids are reused by the system, so a pid alone never
// identifies a process: every record carries the start time too.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** @typedef {{ pid: number, startedAt: string }} ProcessId */

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {number} pid
 * @returns {string | null} the system's own start time of the process, null when there is none (or only a zombie)
 */
export function startTimeOf(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return null;
  if (process.platform === 'linux') {
    const fields = statOf(pid);
    return fields === null || fields[0] === 'Z' ? null : (fields[19] ?? null);
  }
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}

/**
 * @param {number} pid
 * @returns {string[] | null} Linux only: fields of /proc/<pid>/stat from the third (state) on
 */
function statOf(pid) {
  try {
    // the command name (field 2) may hold spaces and brackets: count fields after the last ')'
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** @param {number} leader @returns {number[]} Linux only; elsewhere the process group has to do */
function membersOfSession(leader) {
  if (process.platform !== 'linux') return [];
  const pids = fs.readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => Number(statOf(pid)?.[3]) === leader);
}

/**
 * @param {number} pid
 * @returns {ProcessId | null}
 */
export function identify(pid) {
  const startedAt = startTimeOf(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** @param {ProcessId | null | undefined} id */
export const isSameProcessAlive = (id) => Boolean(id) && startTimeOf(id?.pid ?? 0) === id?.startedAt;

/**
 * Asks the process to end, and ends it when it does not.
 *
 * @param {ProcessId} id
 * @param {{ signal?: NodeJS.Signals, graceMs?: number, group?: boolean }} [options] group: it leads a process group
 *   (`detached: true`), of which nothing may be left
 * @returns {Promise<'gone' | 'stopped' | 'killed'>}
 */
export async function stopProcess(id, { signal = 'SIGTERM', graceMs = 10_000, group = false } = {}) {
  if (!isSameProcessAlive(id)) return 'gone';
  // the leader alone is asked: it knows in which order its own children have to end
  send(id.pid, signal);
  const end = Date.now() + graceMs;
  while (Date.now() < end && isSameProcessAlive(id)) await sleep(25);
  const stopped = !isSameProcessAlive(id);
  if (group && process.platform !== 'win32') {
    send(-id.pid, 'SIGKILL');
    // turbo puts its tasks into groups of their own; the session is still the one we made
    for (const pid of membersOfSession(id.pid)) send(pid, 'SIGKILL');
  } else if (!stopped) send(id.pid, 'SIGKILL');
  for (let i = 0; i < 80 && isSameProcessAlive(id); i++) await sleep(25);
  return stopped ? 'stopped' : 'killed';
}

/** @param {number} pid negative: a process group @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * Tells when a process ends. Polled, because a server found again after a crash is not our child.
 *
 * @param {ProcessId} id
 * @returns {Promise<void>}
 */
export const untilEnded = (id) =>
  new Promise((resolve) => {
    const watch = setInterval(() => {
      if (isSameProcessAlive(id)) return;
      clearInterval(watch);
      resolve();
    }, 500);
    watch.unref();
  });
