import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { inRoot } from './lib/paths.mjs';

test('.env.example and the tables of variables are current (npm run env-docs writes them)', () => {
  const result = spawnSync(process.execPath, [inRoot('scripts', 'env-docs.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
});
