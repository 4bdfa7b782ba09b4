#!/usr/bin/env node
// Writes .env.example and the README's table of variables from packages/config.
//   node scripts/env-docs.mjs           write
//   node scripts/env-docs.mjs --check   fail when one of them is not current
import fs from 'node:fs';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { ROOT } from './lib/paths.mjs';

const START = '<!-- env:start -->';
const END = '<!-- env:end -->';

/** @type {typeof import('../packages/config/src/index.ts')} */
const { renderEnvExample, renderEnvTable } = await tsImport(
  '../packages/config/src/index.ts',
  import.meta.url,
);

/** @type {{ file: string, wanted: (text: string) => string }[]} */
const documents = [
  { file: '.env.example', wanted: renderEnvExample },
  { file: 'README.md', wanted: withTable },
  { file: 'docs/configuration.md', wanted: withTable },
  { file: 'docs/operations.md', wanted: withTable },
];

/** A document without the markers wants no table. @param {string} text */
function withTable(text) {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) return text;
  return `${text.slice(0, start + START.length)}\n${renderEnvTable()}\n${text.slice(end)}`;
}

const stale = [];
for (const { file, wanted } of documents) {
  const full = path.join(ROOT, file);
  const text = fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : '';
  const current = wanted(text);
  if (current === text) continue;
  stale.push(file);
  if (!process.argv.includes('--check')) fs.writeFileSync(full, current);
}

if (stale.length === 0) console.log('.env.example and the tables of variables are current');
else if (process.argv.includes('--check')) {
  console.error(`${stale.join(' and ')} must be written anew: npm run env-docs`);
  process.exitCode = 1;
} else console.log(`wrote ${stale.join(' and ')}`);
