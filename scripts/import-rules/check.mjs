#!/usr/bin/env node
// Checks that imports run one way and in no circle, type-only ones included. Part of `npm run check`.
//   node scripts/import-rules/check.mjs [folder]
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../lib/paths.mjs';
import { findCycles } from './cycles.mjs';
import { importsOf } from './imports-of.mjs';
import { AREAS, BROWSER_PACKAGES, HOMES, isTool } from './rules.mjs';
import { memberOf, readWorkspace, resolveImport } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Workspace} Workspace */
/** @typedef {import('./workspace.mjs').Target} Target */
/** @typedef {import('./imports-of.mjs').Import} Import */

/**
 * @param {string} root
 * @returns {{ problems: string[], files: number, imports: number }} problems: one sentence each, with file and line
 */
export function checkImports(root) {
  const workspace = readWorkspace(root);
  /** @type {Map<string, Set<string>>} */
  const graph = new Map(workspace.files.map((file) => [file, new Set()]));
  const problems = [];
  /** What ends up in a bundle: values, not types. @type {Map<string, { file?: string, server?: string }[]>} */
  const values = new Map(workspace.files.map((file) => [file, []]));
  let imports = 0;

  for (const file of workspace.files) {
    for (const found of importsOf(file, fs.readFileSync(path.join(root, file), 'utf8'))) {
      imports++;
      const target = resolveImport(workspace, file, found.specifier);
      if (target.kind === 'file' || target.kind === 'member') graph.get(file)?.add(target.file);
      if (!found.typeOnly) values.get(file)?.push(bundled(target, found.specifier));
      for (const why of violations(workspace, file, found, target)) {
        problems.push(`${file}:${found.line} imports "${found.specifier}": ${why}`);
      }
    }
  }
  problems.push(...serverInBrowser(workspace, values));
  for (const cycle of findCycles(graph)) problems.push(`imports run in a circle: ${cycle.join(' -> ')}`);
  return { problems: [...new Set(problems)], files: workspace.files.length, imports };
}

/** @param {Target} target @param {string} specifier @returns {{ file?: string, server?: string }} */
function bundled(target, specifier) {
  if (target.kind === 'node') return { server: specifier };
  if (target.kind === 'member' && !BROWSER_PACKAGES.has(target.name)) return { server: specifier };
  return target.kind === 'file' || target.kind === 'member' ? { file: target.file } : {};
}

/**
 * A browser file may keep every rule and still pull the server in through a file between.
 *
 * @param {Workspace} workspace
 * @param {Map<string, { file?: string, server?: string }[]>} values
 */
function* serverInBrowser(workspace, values) {
  const isBrowser = (/** @type {string} */ file) =>
    AREAS.find(({ files }) => files.test(file))?.browser === true && !isTool(file);
  for (const start of workspace.files.filter(isBrowser)) {
    const queue = [[start]];
    const seen = new Set([start]);
    for (const path of queue) {
      for (const { file, server } of values.get(/** @type {string} */ (path.at(-1))) ?? []) {
        // one step away: the file's own rules have told it already
        if (server && path.length > 1)
          yield `${[...path, server].join(' -> ')}: browser code must not reach it`;
        // each browser file reports its own way down; server actions are called, not bundled
        if (!file || seen.has(file) || isBrowser(file) || isServerAction(workspace, file)) continue;
        seen.add(file);
        queue.push([...path, file]);
      }
    }
  }
}

/** @param {Workspace} workspace @param {string} file */
const isServerAction = ({ root }, file) =>
  /^\s*['"]use server['"]/.test(fs.readFileSync(path.join(root, file), 'utf8'));

/**
 * @param {Workspace} workspace
 * @param {string} file
 * @param {Import} found
 * @param {Target} target
 * @returns {Generator<string>} reasons why this import is not allowed
 */
function* violations(workspace, file, found, target) {
  const area = AREAS.find(({ files }) => files.test(file));
  if (!area) throw new Error(`${file} belongs to no area`);
  const member = memberOf(workspace, file);
  const tool = isTool(file) || member.folder === 'tests' || member.folder === '';

  switch (target.kind) {
    case 'node':
      if (!area.node && !tool) yield `Node's modules do not exist here; ${area.why}`;
      return;
    case 'missing':
      yield 'there is no such file';
      return;
    case 'not exported':
      yield `${target.name} does not export "${target.subpath}"; import what its package.json exports`;
      return;
    case 'npm': {
      if (!isDeclared(workspace, member, target.name, tool || found.typeOnly)) {
        yield `${member.folder || 'the root'}'s package.json does not declare ${target.name}${tool ? '' : ' as a dependency'}`;
      }
      if (tool) return;
      const allowed =
        area.packages === 'any' ||
        area.packages.some((name) =>
          typeof name === 'string' ? name === target.name : name.test(target.name),
        );
      if (!allowed) yield `${area.name} may not import ${target.name}; ${area.why}`;
      for (const home of HOMES) if (home.packages.test(target.name) && !home.in.test(file)) yield home.why;
      return;
    }
    case 'member': {
      if (target.name === member.name) {
        yield 'a package imports its own files by path';
        return;
      }
      if (!isDeclared(workspace, member, target.name, tool || found.typeOnly)) {
        yield `${member.folder || 'the root'}'s package.json does not declare ${target.name}`;
      }
      if (area.workspace !== 'any' && !area.workspace.includes(target.name))
        yield `${area.name} may not import ${target.name}; ${area.why}`;
      return;
    }
    case 'file': {
      const other = memberOf(workspace, target.file);
      // scripts, the seed and tests stand outside the packages; they check and start what has no exports
      const outside = member.folder === '' || member.folder === 'tests';
      const sharedTool = tool && other.folder === '';
      if (other !== member && !outside && !sharedTool) {
        yield `it reaches into ${other.folder || 'the root'} by path; import the package`;
      }
      for (const rule of area.notFiles ?? []) {
        if (!tool && rule.to.test(target.file) && !(rule.typeOnly === 'allowed' && found.typeOnly))
          yield rule.why;
      }
      return;
    }
  }
}

/**
 * @param {Workspace} workspace
 * @param {import('./workspace.mjs').Member} member
 * @param {string} name
 * @param {boolean} devToo tools and types are not shipped
 */
function isDeclared(workspace, member, name, devToo) {
  if (member.dependencies.has(name)) return true;
  if (!devToo) return false;
  const typesOf = `@types/${name.replace('@', '').replace('/', '__')}`;
  const rootMember = workspace.members.find(({ folder }) => folder === '');
  // the root's tools (vitest, tsx) serve every workspace; the root itself may use what any workspace declares
  return (
    [member, rootMember, ...(member.folder === '' ? workspace.members : [])].some(
      (candidate) =>
        candidate &&
        [name, typesOf].some(
          (wanted) => candidate.devDependencies.has(wanted) || candidate.dependencies.has(wanted),
        ),
    ) || workspace.members.some((candidate) => member.folder === '' && candidate.name === name)
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { problems, files, imports } = checkImports(path.resolve(process.argv[2] ?? ROOT));
  for (const problem of problems) console.error(problem);
  console.log(
    `${imports} imports in ${files} files: ${problems.length === 0 ? 'one way, no circle' : `${problems.length} not allowed`}`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
