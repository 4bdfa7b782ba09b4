// Which files and packages are there, and what does a specifier mean in a file?
import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';

const SKIPPED_FOLDERS = new Set([
  'node_modules',
  'dist',
  'generated',
  'coverage',
  'test-results',
  'fixtures',
]);
const CODE = /\.(?:[mc]?[jt]s|tsx|jsx)$/;
const ENDINGS = ['', '.ts', '.tsx', '.mts', '.js', '.mjs', '/index.ts', '/index.tsx'];

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {string} folder from the root, '' for the root itself
 * @property {Set<string>} dependencies needed to run
 * @property {Set<string>} devDependencies
 * @property {Record<string, string>} exports subpath → file, from the member's folder
 *
 * @typedef {object} Workspace
 * @property {string} root
 * @property {readonly Member[]} members the root last
 * @property {readonly string[]} files code, from the root, with forward slashes
 */

/** @param {string} root @returns {Workspace} */
export function readWorkspace(root) {
  const rootPackage = readJson(path.join(root, 'package.json'));
  const folders = rootPackage.workspaces.flatMap((/** @type {string} */ pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    const here = path.join(root, parent);
    return fs.existsSync(here) ? fs.readdirSync(here).map((name) => `${parent}/${name}`) : [];
  });
  const members = [...folders, '']
    .filter((folder) => fs.existsSync(path.join(root, folder, 'package.json')))
    .map((folder) => readMember(root, folder));
  return { root, members, files: [...walk(root, '')] };
}

/** @param {string} root @param {string} folder @returns {Member} */
function readMember(root, folder) {
  const json = readJson(path.join(root, folder, 'package.json'));
  const given = typeof json.exports === 'string' ? { '.': json.exports } : (json.exports ?? {});
  return {
    name: json.name,
    folder,
    dependencies: new Set(
      Object.keys({ ...json.dependencies, ...json.peerDependencies, ...json.optionalDependencies }),
    ),
    devDependencies: new Set(Object.keys(json.devDependencies ?? {})),
    exports: Object.fromEntries(Object.entries(given).filter(([, target]) => typeof target === 'string')),
  };
}

/** @param {string} file */
const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** @param {string} root @param {string} folder @returns {Generator<string>} */
function* walk(root, folder) {
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const file = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name)) yield* walk(root, file);
    } else if (entry.isFile() && CODE.test(entry.name) && !entry.name.endsWith('.d.ts')) {
      yield file;
    }
  }
}

/** @param {Workspace} workspace @param {string} file @returns {Member} */
export function memberOf(workspace, file) {
  const member = workspace.members.find(({ folder }) => folder === '' || file.startsWith(`${folder}/`));
  if (!member) throw new Error(`${file} belongs to no workspace`);
  return member;
}

/**
 * @typedef {{ kind: 'node' } | { kind: 'npm', name: string } | { kind: 'file', file: string }
 *   | { kind: 'member', name: string, file: string } | { kind: 'not exported', name: string, subpath: string }
 *   | { kind: 'missing' } | { kind: 'other' }} Target other: a style sheet, a picture, generated code
 */

/**
 * @param {Workspace} workspace
 * @param {string} from
 * @param {string} specifier
 * @returns {Target}
 */
export function resolveImport(workspace, from, specifier) {
  const bare = specifier.split('?')[0] ?? specifier;
  if (bare.startsWith('node:') || builtinModules.includes(bare)) return { kind: 'node' };
  if (bare.startsWith('.')) return asFile(workspace, path.posix.join(path.posix.dirname(from), bare));
  if (bare.startsWith('@/')) return asFile(workspace, path.posix.join('apps/web/src', bare.slice(2)));

  const name = bare.split('/', bare.startsWith('@') ? 2 : 1).join('/');
  const member = workspace.members.find((candidate) => candidate.name === name);
  if (!member) return { kind: 'npm', name };
  const subpath = `.${bare.slice(name.length)}`;
  const target = member.exports[subpath];
  if (!target) return { kind: 'not exported', name, subpath };
  return { kind: 'member', name, file: path.posix.join(member.folder, target) };
}

/** @param {Workspace} workspace @param {string} file @returns {Target} */
function asFile({ root }, file) {
  if (/(?:^|\/)(?:generated|dist|fixtures)\//.test(file)) return { kind: 'other' };
  // TypeScript lets a `.js` specifier stand for the `.ts` beside it
  for (const stem of [file, file.replace(/\.js(x?)$/, '.ts$1')]) {
    for (const ending of ENDINGS) {
      const candidate = stem + ending;
      if (fs.statSync(path.join(root, candidate), { throwIfNoEntry: false })?.isFile()) {
        return CODE.test(candidate) ? { kind: 'file', file: candidate } : { kind: 'other' };
      }
    }
  }
  return { kind: 'missing' };
}
