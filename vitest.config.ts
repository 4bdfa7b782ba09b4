import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const exclude = ['**/node_modules/**', '**/dist/**', '**/.next/**', '.maskloop/**'];

export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^@\//, replacement: `${path.join(root, 'apps/web/src')}/` },
      // throws by design outside Next's server bundle; unit tests are neither side
      { find: 'server-only', replacement: path.join(root, 'scripts/vitest/empty.ts') },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/**/src/**/*.test.{ts,tsx}',
            'apps/**/src/**/*.test.{ts,tsx}',
            'tests/{architecture,parity,helpers}/**/*.test.ts',
          ],
          exclude,
          // quicker to begin than processes, and no unit test needs a process of its own
          pool: 'threads',
          maxWorkers: 2,
          testTimeout: 30_000,
          // loading a WebAssembly runtime takes long on a busy machine
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'scripts',
          include: ['scripts/**/*.test.{ts,mjs}'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          exclude,
          globalSetup: ['scripts/vitest/servers.ts'],
          // they wait more than they compute: for locks, leases and queues
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude,
          globalSetup: ['scripts/vitest/servers.ts'],
          // each file boots a stack and a browser, which keep two cores busy: two files side by side take as long as one
          // after the other, and then the clock decides the result
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
