// PostgreSQL refuses to run as root. Root therefore starts it as another user, and that user must be able to
// reach the binaries and the data: a clone below /root (0700) is closed to it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** `nobody` exists on every system by number; nothing is added to the user database. */
export const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** @returns {{ uid: number, gid: number } | Record<string, never>} spawn options; empty when already unprivileged */
export const databaseUser = () => (process.getuid?.() === 0 ? { ...UNPRIVILEGED } : {});

/**
 * Asked by trying, not by reading mode bits: ACLs, mounts and user namespaces decide too.
 *
 * @param {string} file program that understands `--version`
 * @returns {{ ok: true } | { ok: false, why: string }}
 */
export function canRun(file) {
  const result = spawnSync(file, ['--version'], { ...databaseUser(), cwd: '/', encoding: 'utf8' });
  if (result.error) return { ok: false, why: result.error.message };
  if (result.status !== 0) return { ok: false, why: (result.stderr || result.stdout).trim() };
  return { ok: true };
}

/**
 * Makes `dir` a folder that the database user owns, and tries to write there as that user.
 *
 * @param {string} dir
 * @returns {boolean}
 */
export function canOwn(dir) {
  const user = databaseUser();
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    if ('uid' in user) fs.chownSync(dir, user.uid, user.gid);
    fs.chmodSync(dir, 0o700);
  } catch {
    return false;
  }
  if (process.platform === 'win32') return true;
  // by its full path: a child's working folder is entered before it changes user, and would prove nothing
  const probe = path.join(dir, '.reach-probe');
  const { status } = spawnSync('/bin/sh', ['-c', ': > "$1"', 'sh', probe], { ...user, cwd: '/' });
  fs.rmSync(probe, { force: true });
  return status === 0;
}
