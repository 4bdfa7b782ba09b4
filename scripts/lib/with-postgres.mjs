#!/usr/bin/env node
// node scripts/lib/with-postgres.mjs [--empty] -- <command> [arguments]
// Runs the command with DATABASE_URL set to a fresh, migrated, throw-away database, which is removed afterwards.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { applyMigrations, pathWithNode } from './migrate.mjs';
import { inRoot } from './paths.mjs';
import { startScratchPostgres } from './postgres.mjs';

const dashes = process.argv.indexOf('--');
const command = dashes < 0 ? [] : process.argv.slice(dashes + 1);
if (command.length === 0) {
  console.error('usage: node scripts/lib/with-postgres.mjs [--empty] -- <command> [arguments]');
  console.error('  --empty   leave the database without tables');
  process.exit(2);
}

const server = await startScratchPostgres({ label: 'with' });
let code = 1;
try {
  const wanted = !process.argv.slice(0, dashes).includes('--empty');
  if (wanted && fs.existsSync(inRoot('prisma', 'migrations'))) await applyMigrations(server.url);
  code = await new Promise((resolve) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      stdio: 'inherit',
      env: { ...process.env, PATH: pathWithNode(), DATABASE_URL: server.url },
    });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (status, signal) => resolve(status ?? (signal ? 130 : 1)));
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await server.stop();
}
process.exit(code);
