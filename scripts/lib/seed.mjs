// Runs prisma/seed.ts: the first admin and the demo project, both only where they are missing.
import { inRoot, ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/** @typedef {{ email: string, password: string }} Account */
/** @typedef {{ admin: Account | null, demo: Account[] }} MadeAccounts */

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {{ resetDemo: boolean, onAccount: (account: Account) => void }} options onAccount: hears of each account the
 *   moment it is made, because passwords are told only once and what follows can fail
 * @returns {Promise<MadeAccounts>}
 */
export async function seed(env, { resetDemo, onAccount }) {
  const args = ['--import', 'tsx', inRoot('prisma', 'seed.ts'), ...(resetDemo ? ['--reset-demo'] : [])];
  let told = 0;
  let printed = '';
  const onOutput = (/** @type {string} */ text) => {
    printed += text;
    const { admin, demo } = madeAccounts(printed);
    const all = [...(admin ? [admin] : []), ...demo];
    for (const account of all.slice(told)) onAccount(account);
    told = all.length;
  };
  try {
    await runCommand(process.execPath, args, { cwd: ROOT, env, name: 'prisma/seed.ts', onOutput });
    return madeAccounts(printed);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replaceAll(/^\{"created(?:Admin|DemoUsers)".*\n/gm, ''));
  }
}

/**
 * The seed prints a line of JSON for the admin and one for the people of the demo, when, and only when, it made them.
 *
 * @param {string} printed
 * @returns {MadeAccounts}
 */
export function madeAccounts(printed) {
  /** @type {MadeAccounts} */
  const made = { admin: null, demo: [] };
  for (const line of printed.split('\n').filter((candidate) => candidate.startsWith('{"created'))) {
    try {
      const { createdAdmin, createdDemoUsers } = JSON.parse(line);
      if (createdAdmin) made.admin = createdAdmin;
      if (createdDemoUsers) made.demo = createdDemoUsers;
    } catch {
      // the rest of the line is still to come
    }
  }
  return made;
}
