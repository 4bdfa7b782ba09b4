// Applies prisma/migrations with the official CLI: the same command an operator would type.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inRoot, ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/** A child's PATH, so that `#!/usr/bin/env node` finds the Node this launcher runs on. */
export const pathWithNode = () =>
  [path.dirname(process.execPath), inRoot('node_modules', '.bin'), process.env.PATH ?? ''].join(
    path.delimiter,
  );

/** @returns {string} the Prisma CLI's entry file */
const prismaCli = () => {
  const require = createRequire(inRoot('package.json'));
  return path.join(path.dirname(require.resolve('prisma/package.json')), 'build', 'index.js');
};

/**
 * @param {string[]} args e.g. ['migrate', 'deploy']
 * @param {Record<string, string>} env
 * @returns {Promise<string>} what the CLI printed
 */
export const runPrisma = (args, env) =>
  runCommand(process.execPath, [prismaCli(), ...args, '--config', inRoot('prisma.config.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      PATH: pathWithNode(),
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      ...env,
    },
    name: `prisma ${args.join(' ')}`,
  });

/** @param {string} databaseUrl */
export const applyMigrations = (databaseUrl) =>
  runPrisma(['migrate', 'deploy'], { DATABASE_URL: databaseUrl });

/** The client is generated, not committed: code that imports packages/db needs it. */
export async function generateClientIfMissing() {
  const made = inRoot('packages', 'db', 'src', 'generated');
  if (!fs.existsSync(made)) await runPrisma(['generate'], {});
}
