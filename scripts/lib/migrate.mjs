// Applies prisma/migrations with the official CLI: the same command an operator would type.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inRoot, ROOT } from './paths.mjs';

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
export function runPrisma(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [prismaCli(), ...args, '--config', inRoot('prisma.config.ts')], {
      cwd: ROOT,
      env: {
        ...process.env,
        PATH: pathWithNode(),
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (/** @type {Buffer} */ chunk) => (printed += chunk));
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0
        ? resolve(printed)
        : reject(
            new Error(`prisma ${args.join(' ')} failed (${signal ?? `exit ${code}`}):\n${printed.trim()}`),
          ),
    );
  });
}

/** @param {string} databaseUrl */
export const applyMigrations = (databaseUrl) =>
  runPrisma(['migrate', 'deploy'], { DATABASE_URL: databaseUrl });

/** The client is generated, not committed: code that imports packages/db needs it. */
export async function generateClientIfMissing() {
  const made = inRoot('packages', 'db', 'src', 'generated');
  if (!fs.existsSync(made)) await runPrisma(['generate'], {});
}
