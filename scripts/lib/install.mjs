// Are the dependencies of the lock file installed? If not, npm ci. No import from npm here: there is none yet.
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const OLDEST_NODE = [20, 19];

/** @returns {string | null} what is wrong with this Node, null when it will do */
export function wrongNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const oldEnough =
    major > (OLDEST_NODE[0] ?? 0) || (major === OLDEST_NODE[0] && minor >= (OLDEST_NODE[1] ?? 0));
  return oldEnough
    ? null
    : `Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${version}. See https://nodejs.org`;
}

/**
 * npm writes what it installed to a hidden lock file, last of all: an interrupted install has none.
 *
 * @param {string} [root]
 */
export function isInstalled(root = ROOT) {
  const wanted = readLock(path.join(root, 'package-lock.json'));
  const present = readLock(path.join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([folder, entry]) =>
      !folder.includes('node_modules/') ||
      entry.optional ||
      entry.link ||
      present[folder]?.version === entry.version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }> | null}
 */
function readLock(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/** @typedef {(what: string, act: () => Promise<unknown>, before?: string) => Promise<unknown>} Timed */

/** @param {Timed} timed */
export async function installIfNeeded(timed) {
  if (isInstalled()) return;
  const install = async () => {
    // NODE_ENV=production and an `omit` in someone's .npmrc would leave out what start and test need
    const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
    const npm = npmCommand();
    await runCommand(npm.program, [...npm.args, ...args], { cwd: ROOT, name: 'npm ci' });
    if (!fs.existsSync(inRoot('node_modules', '.bin')))
      throw new Error('npm ci ended well but installed no programs');
  };
  await timed(
    'installed dependencies',
    install,
    'installing dependencies; the first time this takes a minute or two',
  );
}

/** The npm that runs us, else the one on PATH. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running && /npm-cli\.c?js$/.test(running) && fs.existsSync(running))
    return { program: process.execPath, args: [running] };
  return { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}
