import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkImports } from './check.mjs';

/** @type {string} */
let root;

/** @param {Record<string, string | object>} files */
function write(files) {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

const member = (/** @type {string} */ name, /** @type {string[]} */ dependencies = []) => ({
  name: `@maskloop/${name}`,
  exports: { '.': './src/index.ts' },
  dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '1'])),
});

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'import rules '));
  write({
    'package.json': {
      name: 'root',
      workspaces: ['packages/*', 'apps/*', 'tests'],
      devDependencies: { vitest: '1' },
    },
    'packages/sam-core/package.json': member('sam-core', ['zod']),
    'packages/sam-core/src/index.ts': 'export type Size = { width: number };',
    'packages/domain/package.json': member('domain', ['@maskloop/sam-core', 'zod']),
    'packages/domain/src/index.ts':
      "import type { Size } from '@maskloop/sam-core'; export type Image = Size;",
    'packages/db/package.json': member('db', ['@maskloop/domain', '@prisma/client', 'pg']),
    'packages/db/src/index.ts':
      "import type { Image } from '@maskloop/domain'; import '@prisma/client'; export type Row = Image;",
    'packages/storage/package.json': member('storage', ['@maskloop/domain']),
    'packages/storage/src/index.ts': 'export {};',
    'apps/worker/package.json': member('worker', ['@maskloop/db', 'bullmq', 'onnxruntime-node']),
    'apps/worker/src/main.ts': "import '@maskloop/db'; import 'bullmq';",
    'apps/web/package.json': member('web', [
      '@maskloop/db',
      '@maskloop/domain',
      'react',
      'react-konva',
      '@trpc/client',
    ]),
    'apps/web/src/server/routers/_app.ts': "import '@maskloop/db'; export type AppRouter = 1;",
    'apps/web/src/server/trpc.ts': 'export const x = 1;',
    'apps/web/src/client/trpc.tsx':
      "import type { AppRouter } from '../server/routers/_app.ts'; import '@trpc/client'; export type R = AppRouter;",
    'apps/web/src/editor/tools/prompt.ts':
      "import type { Image } from '@maskloop/domain'; export type I = Image;",
    'apps/web/src/editor/canvas/Stage.tsx': "import 'react-konva'; export {};",
  });
});
afterEach(() => fs.rmSync(root, { recursive: true }));

test('imports that run down the line are fine', () => {
  expect(checkImports(root).problems).toEqual([]);
});

test.each([
  [
    'up the line',
    'packages/sam-core/src/a.ts',
    "import '@maskloop/domain';",
    'sam-core may not import @maskloop/domain',
  ],
  [
    'up the line by type only',
    'packages/domain/src/a.ts',
    "import type { Row } from '@maskloop/db';",
    'domain may not import @maskloop/db',
  ],
  [
    'sideways',
    'packages/storage/src/a.ts',
    "export * from '@maskloop/db';",
    'storage may not import @maskloop/db',
  ],
  [
    'a type written inline',
    'packages/domain/src/a.ts',
    "export type A = import('@maskloop/db').Row;",
    'domain may not import @maskloop/db',
  ],
  [
    'dynamically',
    'packages/domain/src/a.ts',
    "await import('@maskloop/db');",
    'domain may not import @maskloop/db',
  ],
  [
    'Node in a pure package',
    'packages/sam-core/src/a.ts',
    "import fs from 'node:fs';",
    "Node's modules do not exist here",
  ],
  [
    'Node by its old name',
    'packages/sam-core/src/a.ts',
    "import fs from 'fs';",
    "Node's modules do not exist here",
  ],
  ['Prisma outside db', 'apps/worker/src/a.ts', "import '@prisma/client';", 'only packages/db knows Prisma'],
  [
    'the queue library in a handler',
    'apps/worker/src/jobs/a.ts',
    "import type { Job } from 'bullmq';",
    'only packages/jobs knows the queue library',
  ],
  [
    'an inference runtime elsewhere',
    'apps/worker/src/jobs/a.ts',
    "import 'onnxruntime-node';",
    'only worker/inference',
  ],
  [
    'an app from the other',
    'apps/worker/src/a.ts',
    "import '@maskloop/web';",
    'worker may not import @maskloop/web',
  ],
  [
    'another package by path',
    'apps/worker/src/a.ts',
    "import '../../../packages/domain/src/index.ts';",
    'reaches into packages/domain by path',
  ],
  [
    'what is not exported',
    'apps/worker/src/a.ts',
    "import '@maskloop/db/src/index.ts';",
    'does not export "./src/index.ts"',
  ],
  [
    'an undeclared package of ours',
    'apps/worker/src/a.ts',
    "import '@maskloop/domain';",
    'does not declare @maskloop/domain',
  ],
  ['an undeclared package', 'packages/db/src/a.ts', "import 'lodash';", 'does not declare lodash'],
  [
    'React in a tool',
    'apps/web/src/editor/tools/a.ts',
    "import type { Ref } from 'react';",
    'editor rules may not import react',
  ],
  ['the canvas from a tool', 'apps/web/src/editor/tools/a.ts', "import '../canvas/Stage.tsx';", 'decide'],
  [
    'Konva outside the canvas',
    'apps/web/src/features/a.tsx',
    "import 'react-konva';",
    'only editor/canvas draws',
  ],
  [
    'the database from the browser',
    'apps/web/src/features/a.tsx',
    "import '@maskloop/db';",
    'browser may not import @maskloop/db',
  ],
  [
    'the server from the browser',
    'apps/web/src/features/a.tsx',
    "import '@/server/trpc';",
    'only the type AppRouter',
  ],
  [
    'the router as a value',
    'apps/web/src/client/a.ts',
    "import { AppRouter } from '../server/routers/_app.ts';",
    'write `import type`',
  ],
  ['a file that is not there', 'apps/worker/src/a.ts', "import './gone.ts';", 'no such file'],
  [
    'a worker file of the canvas',
    'apps/web/src/editor/tools/a.ts',
    "new Worker(new URL('../canvas/Stage.tsx', import.meta.url));",
    'decide',
  ],
])('refused: %s', (_name, file, text, reason) => {
  write({ [file]: text });
  const { problems } = checkImports(root);
  expect(problems.join('\n')).toContain(reason);
  expect(problems.join('\n')).toContain(`${file}:1`);
});

test('a circle is found when all its imports are types', () => {
  write({
    'packages/domain/src/a.ts': "import type { B } from './b.ts'; export type A = B | 1;",
    'packages/domain/src/b.ts': "export type { C as B } from './c';",
    'packages/domain/src/c.ts': "export type C = import('./a.js').A;",
  });
  expect(checkImports(root).problems).toEqual([
    'imports run in a circle: packages/domain/src/a.ts -> packages/domain/src/b.ts -> packages/domain/src/c.ts -> packages/domain/src/a.ts',
  ]);
});

test('a test may use tools that the product may not', () => {
  const text = "import fs from 'node:fs'; import 'vitest';";
  write({ 'packages/domain/src/a.test.ts': text });
  expect(checkImports(root).problems).toEqual([]);
  write({ 'packages/domain/src/a.ts': text });
  expect(checkImports(root).problems).toHaveLength(3);
});

test.each([
  ['browser code that reaches the database through a file between', "import '@maskloop/db';", '@maskloop/db'],
  ['browser code that reaches Node through a file between', "import 'node:fs';", 'node:fs'],
])('refused: %s', (_name, text, reached) => {
  write({ 'apps/web/src/lib/between.ts': text, 'apps/web/src/features/a.tsx': "import '@/lib/between';" });
  expect(checkImports(root).problems).toEqual([
    `apps/web/src/features/a.tsx -> apps/web/src/lib/between.ts -> ${reached}: browser code must not reach it`,
  ]);
});
