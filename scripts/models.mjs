#!/usr/bin/env node
// npm run models -- …: the command line of the model registry, on the installation that `npm start` runs.
import { spawn } from 'node:child_process';
import { installIfNeeded } from './lib/install.mjs';
import { generateClientIfMissing } from './lib/migrate.mjs';
import { inRoot, ROOT } from './lib/paths.mjs';
import { timed } from './lib/say.mjs';
import { environmentOfRun } from './lib/state.mjs';

await installIfNeeded(timed);
await generateClientIfMissing();
const child = spawn(
  process.execPath,
  ['--import', 'tsx', inRoot('apps', 'worker', 'src', 'cli', 'models.ts'), ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: 'inherit',
    // what is set by hand wins
    env: { ...environmentOfRun(), ...process.env },
  },
);
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
