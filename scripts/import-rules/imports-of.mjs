import { parseSync, Visitor } from 'oxc-parser';

/** @typedef {{ specifier: string, typeOnly: boolean, line: number }} Import */

/**
 * Every way a file can depend on another: imports, re-exports, `import()`, `import('x').Type`, `require`, and the
 * worker idiom `new URL('./x.ts', import.meta.url)`.
 *
 * @param {string} file its ending chooses the language
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(file, text) {
  const { module, program, errors } = parseSync(file, text);
  if (errors.length > 0 && program.body.length === 0) {
    throw new Error(`${file} cannot be read: ${errors[0]?.message}`);
  }
  /** @type {Import[]} */
  const found = [];
  const add = (/** @type {string} */ specifier, /** @type {number} */ at, typeOnly = false) =>
    found.push({ specifier, typeOnly, line: text.slice(0, at).split('\n').length });

  for (const { moduleRequest, entries, start } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    add(moduleRequest.value, start, typeOnly || /^import\s+type\b/.test(text.slice(start, start + 20)));
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType, start } of entries)
      if (moduleRequest) add(moduleRequest.value, start, isType);
  }

  /** @param {any} node @returns {string | undefined} */
  const literal = (node) =>
    node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
  /** @param {any} node @param {any} value @param {boolean} [typeOnly] */
  const addLiteral = (node, value, typeOnly) => {
    const specifier = literal(value);
    if (specifier !== undefined) add(specifier, node.start, typeOnly);
  };
  new Visitor({
    ImportExpression: (node) => addLiteral(node, node.source),
    TSImportType: (node) => addLiteral(node, node.source, true),
    TSExternalModuleReference: (node) => addLiteral(node, node.expression),
    CallExpression: (/** @type {any} */ node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require')
        addLiteral(node, node.arguments[0]);
    },
    NewExpression: (/** @type {any} */ node) => {
      const [first, second] = node.arguments;
      const besideThisFile =
        node.callee.name === 'URL' &&
        second?.object?.type === 'MetaProperty' &&
        second.property?.name === 'url';
      // data files are reached this way too; only code is a dependency
      if (besideThisFile && /^\.{1,2}\/.*\.[mc]?[jt]sx?$/.test(literal(first) ?? '')) addLiteral(node, first);
    },
  }).visit(program);
  return found;
}
