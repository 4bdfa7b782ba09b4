// Who may import what: ARCHITECTURE.md as a table. The first area whose folder matches a file is its area.

/**
 * @typedef {object} Area
 * @property {string} name
 * @property {RegExp} files paths from the root, with forward slashes
 * @property {readonly string[] | 'any'} workspace packages of ours it may import, besides itself
 * @property {readonly (string | RegExp)[] | 'any'} packages from npm it may import, of those it declares
 * @property {boolean} node Node's own modules
 * @property {readonly { to: RegExp, why: string, typeOnly?: 'allowed' }[]} [notFiles] files of the same workspace it
 *   must not reach
 * @property {true} [browser] runs in the browser: nothing of the server may reach its bundle, on any way
 * @property {string} why told with a violation
 */

/** Packages of ours that run in the browser. */
export const BROWSER_PACKAGES = new Set(['@maskloop/domain', '@maskloop/sam-core']);

const BLOBS_AND_ROWS = [
  '@maskloop/config',
  '@maskloop/db',
  '@maskloop/domain',
  '@maskloop/ingest',
  '@maskloop/jobs',
  '@maskloop/sam-core',
  '@maskloop/storage',
];
const PURE = [...BROWSER_PACKAGES];
const web = (/** @type {string} */ folders) => new RegExp(`^apps/web/src/${folders}/`);

const serverStays = {
  to: web('server'),
  why: 'server code must not reach the browser bundle; of it, only the type AppRouter may be imported',
};
const viaAppRouter = { ...serverStays, to: /^apps\/web\/src\/server\/(?!routers\/_app\.ts$)/ };
const onlyItsType = {
  to: /^apps\/web\/src\/server\/routers\/_app\.ts$/,
  why: 'write `import type`: the value would pull the server into the browser bundle',
  typeOnly: /** @type {const} */ ('allowed'),
};

/** @type {readonly Area[]} */
export const AREAS = [
  {
    name: 'sam-core',
    files: /^packages\/sam-core\//,
    workspace: [],
    packages: ['zod'],
    node: false,
    why: 'sam-core is pure: it runs unchanged in browser, worker and tests',
  },
  {
    name: 'domain',
    files: /^packages\/domain\//,
    workspace: ['@maskloop/sam-core'],
    packages: ['zod'],
    node: false,
    why: 'domain is pure: rules reach no database, no network, no file',
  },
  {
    name: 'config',
    files: /^packages\/config\//,
    workspace: ['@maskloop/domain'],
    packages: ['zod'],
    node: true,
    why: 'config only reads the environment',
  },
  {
    name: 'storage',
    files: /^packages\/storage\//,
    workspace: [...PURE, '@maskloop/config'],
    packages: 'any',
    node: true,
    why: 'storage keeps bytes and knows no rows and no jobs',
  },
  {
    name: 'db',
    files: /^packages\/db\//,
    workspace: PURE,
    packages: 'any',
    node: true,
    why: 'db lies below jobs and both apps',
  },
  {
    name: 'jobs',
    files: /^packages\/jobs\//,
    workspace: [...PURE, '@maskloop/config', '@maskloop/db'],
    packages: 'any',
    node: true,
    why: 'jobs lies below both apps and knows no blobs',
  },
  {
    name: 'ingest',
    files: /^packages\/ingest\//,
    workspace: [...PURE, '@maskloop/config', '@maskloop/db', '@maskloop/jobs', '@maskloop/storage'],
    packages: 'any',
    node: true,
    why: 'ingest lies below both apps',
  },
  {
    name: 'cli',
    files: /^packages\/cli\//,
    workspace: ['@maskloop/domain'],
    packages: 'any',
    node: true,
    why: 'the command knows the product through its REST API only',
  },
  {
    name: 'demo-scenes',
    files: /^packages\/demo-scenes\//,
    workspace: PURE,
    packages: 'any',
    node: true,
    why: 'the demo pictures are drawn without any part of the product but its values',
  },
  {
    name: 'worker',
    files: /^apps\/worker\//,
    workspace: [...BLOBS_AND_ROWS, '@maskloop/demo-scenes'],
    packages: 'any',
    node: true,
    why: 'apps never import each other',
  },
  {
    name: 'editor rules',
    browser: true,
    files: web('editor/(?:document|commands|tools)'),
    workspace: PURE,
    packages: ['zod', 'uuid'],
    node: false,
    notFiles: [
      {
        to: web('editor/(?:canvas|sync|decoder|panels)'),
        why: 'the document, commands and tools decide; what draws, saves and decodes depends on them',
      },
      {
        to: web('(?:server|app|features|client|ui)'),
        why: 'the document, commands and tools know no page, no request and no component',
      },
    ],
    why: 'the document, commands and tools are plain values and functions: no React, Konva or tRPC',
  },
  {
    name: 'editor canvas',
    browser: true,
    files: web('editor/canvas'),
    workspace: PURE,
    packages: 'any',
    node: false,
    notFiles: [
      viaAppRouter,
      onlyItsType,
      { to: web('editor/(?:sync|decoder)'), why: 'the canvas draws what it is told' },
    ],
    why: 'the canvas runs in the browser',
  },
  {
    name: 'browser',
    browser: true,
    files: web('(?:editor|features|client|ui)'),
    workspace: PURE,
    packages: 'any',
    node: false,
    notFiles: [
      viaAppRouter,
      onlyItsType,
      { to: web('app'), why: 'pages import components, not the other way round' },
    ],
    why: 'browser code reaches the rules (domain, sam-core) but neither the database nor the queues',
  },
  {
    name: 'web server',
    files: web('server'),
    workspace: [...BLOBS_AND_ROWS, '@maskloop/demo-scenes'],
    packages: 'any',
    node: true,
    notFiles: [{ to: web('(?:app|editor|features|ui)'), why: 'the server knows no page and no component' }],
    why: 'apps never import each other',
  },
  {
    name: 'web',
    files: /^apps\/web\//,
    workspace: [...BLOBS_AND_ROWS, '@maskloop/demo-scenes'],
    packages: 'any',
    node: true,
    why: 'apps never import each other',
  },
  {
    name: 'seed',
    files: /^prisma\//,
    workspace: [...BLOBS_AND_ROWS, '@maskloop/demo-scenes'],
    packages: 'any',
    node: true,
    why: 'the seed writes through the packages, not through an app',
  },
  { name: 'tests', files: /^tests\//, workspace: 'any', packages: 'any', node: true, why: '' },
  { name: 'scripts', files: /^scripts\//, workspace: 'any', packages: 'any', node: true, why: '' },
  { name: 'root', files: /^/, workspace: 'any', packages: 'any', node: true, why: '' },
];

/**
 * Packages with one home. `in` lists who may import them; tests may import anything they declare.
 *
 * @type {readonly { packages: RegExp, in: RegExp, why: string }[]}
 */
export const HOMES = [
  {
    packages: /^pg$/,
    in: /^(?:packages\/db\/|packages\/jobs\/)/,
    why: 'only packages/db talks to PostgreSQL (packages/jobs too, for LISTEN and NOTIFY)',
  },
  { packages: /^(?:@prisma\/.*|prisma)$/, in: /^packages\/db\//, why: 'only packages/db knows Prisma' },
  { packages: /^@aws-sdk\//, in: /^packages\/storage\//, why: 'only packages/storage knows S3' },
  {
    packages: /^(?:bullmq|ioredis)$/,
    in: /^(?:packages\/jobs\/|apps\/worker\/src\/(?:main|run-job)\.ts$)/,
    why: 'only packages/jobs knows the queue library; worker/main.ts starts its workers, worker/run-job.ts answers it',
  },
  {
    packages: /^onnxruntime-node$/,
    in: /^apps\/worker\/src\/inference\//,
    why: 'only worker/inference runs models on Node',
  },
  {
    packages: /^onnxruntime-web$/,
    in: /^apps\/web\/src\/editor\/decoder\//,
    why: 'only editor/decoder runs models in the browser',
  },
  {
    packages: /^(?:react-)?konva$/,
    in: /^apps\/web\/src\/editor\/canvas\//,
    why: 'only editor/canvas draws',
  },
];

/** Files that check or build the product and are no part of it: they may import tools, and Node's modules. */
export const isTool = (/** @type {string} */ file) =>
  /\.(?:test|bench)\.[mc]?[jt]sx?$/.test(file) ||
  /(?:^|\/)(?:testing|bench|cli)(?:\/|\.ts$)/.test(file) ||
  /\.config\.[mc]?[jt]s$/.test(file) ||
  /(?:^|\/)build\.mjs$/.test(file);
