// Programs that npm cannot bring. Root with apt installs them; everyone else is told the command.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.mjs';

/** @param {string} program @returns {string | null} its path */
export function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, program);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return null;
}

/** @returns {string | null} a Chromium that playwright-core can drive */
export function findChromium() {
  const wished = process.env.CHROMIUM_PATH;
  if (wished) return fs.existsSync(wished) ? wished : null;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const file = onPath(name);
    // Ubuntu's /usr/bin/chromium-browser is a notice that points to a snap
    if (file && spawnSync(file, ['--version'], { encoding: 'utf8' }).status === 0) return file;
  }
  return null;
}

/** @param {readonly string[]} packages */
export const installCommand = (packages) => `apt-get update && apt-get install -y ${packages.join(' ')}`;

let updated = false;

/**
 * @param {readonly string[]} packages Debian names
 * @returns {Promise<{ installed: true } | { installed: false, why: string }>}
 */
export async function installFromDebian(packages) {
  if (process.getuid?.() !== 0)
    return {
      installed: false,
      why: `not root, so not installed; run: sudo sh -c '${installCommand(packages)}'`,
    };
  if (!onPath('apt-get'))
    return {
      installed: false,
      why: `no apt-get here; install ${packages.join(', ')} with your system's tools`,
    };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`installing ${packages.join(' ')} with apt-get`);
  try {
    if (!updated) await runCommand('apt-get', ['update'], { env });
    updated = true;
    await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
    return { installed: true };
  } catch (error) {
    return {
      installed: false,
      why: `${error instanceof Error ? error.message : error}\nrun yourself: ${installCommand(packages)}`,
    };
  }
}
