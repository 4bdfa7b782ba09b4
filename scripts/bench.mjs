#!/usr/bin/env node
// npm run bench: runs every bench/*.bench.ts, shows what it prints and keeps it in .maskloop/bench.
//   npm run bench -- codec amg     only files whose path contains one of the words
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { generateClientIfMissing } from './lib/migrate.mjs';
import { inRoot, ROOT } from './lib/paths.mjs';
import { timed } from './lib/say.mjs';

const SKIPPED = new Set(['node_modules', 'dist', 'generated']);

/** @param {string} folder @returns {Generator<string>} */
function* benches(folder) {
  for (const entry of fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name) && !entry.name.startsWith('.')) yield* benches(file);
    } else if (path.basename(folder) === 'bench' && /\.bench\.(?:ts|mjs)$/.test(entry.name)) {
      yield file;
    }
  }
}

const words = process.argv.slice(2);
const files = [...benches('.')]
  .sort()
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (files.length === 0) {
  console.error(`no bench/*.bench.ts${words.length > 0 ? ` with ${words.join(' or ')} in its path` : ''}`);
  process.exit(1);
}

await installIfNeeded(timed);
await generateClientIfMissing();
const folder = inRoot('.maskloop', 'bench', new Date().toISOString().replaceAll(':', '-'));
fs.mkdirSync(folder, { recursive: true });
const machine = `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} threads, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(machine);

let failed = 0;
for (const file of files) {
  console.log(`\n---- ${file} ----`);
  const kept = fs.createWriteStream(path.join(folder, `${file.replaceAll(/[\\/]/g, '-')}.txt`));
  kept.write(`${machine}\n${file}\n`);
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', file], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      kept.write(chunk);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
  kept.end();
  if (code !== 0) {
    failed++;
    console.error(`${file} ended with exit ${code}`);
  }
}
console.log(`\nkept in ${path.relative(ROOT, folder)}`);
process.exit(failed === 0 ? 0 : 1);
