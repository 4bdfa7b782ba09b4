// Runs prisma/seed.ts: the first admin and the demo project, both only where they are missing.
import fs from 'node:fs';
import { inRoot, ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {{ resetDemo: boolean }} options
 * @returns {Promise<{ email: string, password: string } | null>} the admin it made, null when there was one
 */
export async function seed(env, { resetDemo }) {
  const file = inRoot('prisma', 'seed.ts');
  if (!fs.existsSync(file)) return null;
  const args = ['--import', 'tsx', file, ...(resetDemo ? ['--reset-demo'] : [])];
  return madeAdmin(await runCommand(process.execPath, args, { cwd: ROOT, env, name: 'prisma/seed.ts' }));
}

/** The seed prints one JSON line when, and only when, it made the admin. @param {string} printed */
export function madeAdmin(printed) {
  for (const line of printed.split('\n').filter((candidate) => candidate.startsWith('{'))) {
    try {
      const { email, password } = JSON.parse(line);
      if (typeof email === 'string' && typeof password === 'string') return { email, password };
    } catch {
      // a line of another kind
    }
  }
  return null;
}
