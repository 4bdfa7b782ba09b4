// Runs prisma/seed.ts: the first admin and the demo project, both only where they are missing.
import fs from 'node:fs';
import { inRoot, ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/** @typedef {{ email: string, password: string }} Admin */

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {{ resetDemo: boolean, onAdmin: (admin: Admin) => void }} options onAdmin: hears of the admin the moment it is
 *   made, because the password is told only once and what follows can fail
 * @returns {Promise<Admin | null>} the admin it made, null when there was one
 */
export async function seed(env, { resetDemo, onAdmin }) {
  const file = inRoot('prisma', 'seed.ts');
  if (!fs.existsSync(file)) return null;
  const args = ['--import', 'tsx', file, ...(resetDemo ? ['--reset-demo'] : [])];
  /** @type {Admin | null} */
  let admin = null;
  let printed = '';
  const onOutput = (/** @type {string} */ text) => {
    printed += text;
    if (admin) return;
    admin = madeAdmin(printed);
    if (admin) onAdmin(admin);
  };
  try {
    await runCommand(process.execPath, args, { cwd: ROOT, env, name: 'prisma/seed.ts', onOutput });
    return admin;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replaceAll(/^\{"createdAdmin".*\n/gm, ''));
  }
}

/**
 * The seed prints one line of JSON when, and only when, it made the admin.
 *
 * @param {string} printed
 * @returns {Admin | null}
 */
export function madeAdmin(printed) {
  for (const line of printed.split('\n').filter((candidate) => candidate.startsWith('{"createdAdmin"'))) {
    try {
      const { email, password } = JSON.parse(line).createdAdmin;
      return { email, password };
    } catch {
      // the rest of the line is still to come
    }
  }
  return null;
}
