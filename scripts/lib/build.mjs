// Builds web and worker when their sources changed since the last build.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathWithNode } from './migrate.mjs';
import { inRoot, ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const SOURCES = [
  'apps',
  'packages',
  'prisma/schema.prisma',
  'prisma.config.ts',
  'package-lock.json',
  'tsconfig.base.json',
  'turbo.json',
];
const NOT_SOURCES = new Set(['node_modules', '.next', 'dist', 'generated', '.turbo']);

export const WEB_SERVER = inRoot('apps', 'web', '.next', 'standalone', 'apps', 'web', 'server.js');
export const WORKER_MAIN = inRoot('apps', 'worker', 'dist', 'main.js');
/** Beside what it describes: whoever removes the build removes the stamp. */
const STAMP = inRoot('apps', 'web', '.next', 'maskloop-build.json');

/** @param {string} [root] @returns {string} changes when a file that can change the build does */
export function hashSources(root = ROOT) {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ file) => {
    const full = path.join(root, file);
    const stat = fs.statSync(full, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of fs.readdirSync(full).sort()) if (!NOT_SOURCES.has(name)) visit(`${file}/${name}`);
    } else if (stat?.isFile() && !/\.test\.[mc]?[jt]sx?$|\.md$|next-env\.d\.ts$|\.tsbuildinfo$/.test(file)) {
      hash.update(file).update('\0').update(fs.readFileSync(full)).update('\0');
    }
  };
  for (const source of SOURCES) visit(source);
  return hash.digest('hex');
}

/** @returns {boolean} */
export function isBuilt(hash = hashSources()) {
  try {
    const stamp = JSON.parse(fs.readFileSync(STAMP, 'utf8'));
    return stamp.sources === hash && fs.existsSync(WEB_SERVER) && fs.existsSync(WORKER_MAIN);
  } catch {
    return false;
  }
}

/**
 * @param {{ timed?: import('./install.mjs').Timed, dev?: boolean }} [options]
 *   dev: only what `next dev` and tsx cannot make themselves, the Prisma client
 */
export async function buildIfNeeded({ timed = (_what, act) => act(), dev = false } = {}) {
  if (dev) {
    await timed('generated the database client', () => turbo('build', '--filter=@maskloop/db'));
    return;
  }
  const sources = hashSources();
  if (isBuilt(sources)) return;
  const build = async () => {
    fs.rmSync(STAMP, { force: true });
    await turbo('build');
    completeStandalone();
    if (!fs.existsSync(WORKER_MAIN)) throw new Error(`the build ended well but ${WORKER_MAIN} is missing`);
    fs.writeFileSync(STAMP, JSON.stringify({ sources }));
  };
  await timed('built web and worker', build, 'building web and worker, because their sources changed');
}

/** @param {string[]} args */
export const turbo = (...args) =>
  runCommand(
    inRoot('node_modules', '.bin', 'turbo'),
    ['run', ...args, '--output-logs=new-only', '--ui=stream'],
    {
      cwd: ROOT,
      name: `turbo run ${args.join(' ')}`,
      env: {
        ...process.env,
        PATH: pathWithNode(),
        TURBO_TELEMETRY_DISABLED: '1',
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: undefined,
      },
    },
  );

/** Next leaves what a CDN could serve out of the standalone folder; here the server serves it. */
function completeStandalone() {
  if (!fs.existsSync(WEB_SERVER)) throw new Error(`the build ended well but ${WEB_SERVER} is missing`);
  const copies = [
    [inRoot('apps', 'web', '.next', 'static'), path.join(path.dirname(WEB_SERVER), '.next', 'static')],
    [inRoot('apps', 'web', 'public'), path.join(path.dirname(WEB_SERVER), 'public')],
  ];
  for (const [from = '', to = ''] of copies) {
    fs.rmSync(to, { recursive: true, force: true });
    if (fs.existsSync(from)) fs.cpSync(from, to, { recursive: true });
  }
}
