#!/usr/bin/env node
// npm run reset-password -- <e-mail>: a link with which a person sets a new password, for when nobody can sign in
// who could make one on the users page. Works on the installation that `npm start` runs, or on DATABASE_URL.
import { spawn } from 'node:child_process';
import { installIfNeeded } from './lib/install.mjs';
import { generateClientIfMissing } from './lib/migrate.mjs';
import { inRoot, ROOT } from './lib/paths.mjs';
import { timed } from './lib/say.mjs';
import { environmentOfRun, readRun } from './lib/state.mjs';

await installIfNeeded(timed);
await generateClientIfMissing();
const child = spawn(
  process.execPath,
  ['--import', 'tsx', inRoot('prisma', 'reset-password.ts'), ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: 'inherit',
    // what is set by hand wins
    env: { NEXTAUTH_URL: readRun().address, ...environmentOfRun(), ...process.env },
  },
);
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
