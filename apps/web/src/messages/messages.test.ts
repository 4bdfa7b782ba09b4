import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import en from './en.json' with { type: 'json' };
import ko from './ko.json' with { type: 'json' };

const SOURCE = path.join(import.meta.dirname, '..');
/** The editor's own catalogue is mounted under `editor` and checked beside it. */
const OWN = ['app', 'client', 'features', 'i18n', 'ui'];

type Tree = { readonly [key: string]: Tree | string };

function keysOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`),
  );
}

function valueAt(tree: Tree, key: string): string {
  let at: Tree | string | undefined = tree;
  for (const part of key.split('.')) at = typeof at === 'object' ? at[part] : undefined;
  return typeof at === 'string' ? at : '';
}

interface Use {
  readonly file: string;
  /** full key; with `prefix` the part of it before what is filled in */
  readonly key: string;
  readonly prefix: boolean;
}

/**
 * Every `t('key')` and `` t(`key.${…}`) `` in the source, whatever the translator is called there. One name
 * may stand for several namespaces in one file (in different functions): then any of them may hold the key.
 */
function usesIn(file: string): Use[][] {
  const code = fs.readFileSync(file, 'utf8');
  const translators = new Map<string, Set<string>>();
  for (const [, name = '', namespace = ''] of code.matchAll(
    /const (\w+) = (?:await )?(?:useTranslations|getTranslations)\('(\w+)'\)/g,
  )) {
    translators.set(name, (translators.get(name) ?? new Set()).add(namespace));
  }
  return [...translators].flatMap(([name, namespaces]) => {
    const call = new RegExp(
      `(?<![\\w.])${name}(?:\\.rich|\\.markup|\\.has)?\\(\\s*((?:[^()]|\\([^()]*\\))*?)[,)]`,
      'g',
    );
    return [...code.matchAll(call)].flatMap(([, argument = '']) =>
      // the argument may choose between keys: every string in it counts
      [...argument.matchAll(/'([\w.-]+)'|`([\w.-]*)\$\{/g)].map(([, literal, start]) =>
        [...namespaces].map((namespace) => ({
          file: path.relative(SOURCE, file),
          key: `${namespace}.${literal ?? start ?? ''}`,
          prefix: literal === undefined,
        })),
      ),
    );
  });
}

function sourceFiles(): string[] {
  return OWN.flatMap((folder) =>
    fs
      .readdirSync(path.join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
      .map((name) => path.join(SOURCE, folder, name)),
  );
}

const KEYS = keysOf(en);
const USES = sourceFiles().flatMap(usesIn);
const holds = ({ key, prefix }: Use) =>
  prefix ? KEYS.some((each) => each.startsWith(key)) : KEYS.includes(key);

test('English and Korean have the same keys', () => {
  expect(keysOf(ko)).toEqual(KEYS);
});

test('both languages fill in the same values', () => {
  const names = (message: string) =>
    [...new Set([...message.matchAll(/\{\s*(\w+)\s*[,}]/g)].map(([, name]) => name))]
      // the branches of a plural or select stand in braces too; only what follows a brace of an argument counts
      .filter((name) => !/^(?:one|other)$/.test(name ?? ''))
      .sort();
  const argumentsOf = (message: string) =>
    names(message.replaceAll(/(=\d+|one|other|train|val)\s*\{[^{}]*\}/g, ''));
  for (const key of KEYS) {
    expect({ key, names: argumentsOf(valueAt(ko, key)) }).toEqual({
      key,
      names: argumentsOf(valueAt(en, key)),
    });
  }
});

test('every key that the source asks for exists', () => {
  const missing = USES.filter((candidates) => !candidates.some(holds)).map(
    ([use]) => `${use?.file}: ${use?.key}`,
  );
  expect(missing).toEqual([]);
});

test('every key is asked for', () => {
  const used = USES.flat();
  const unused = KEYS.filter(
    (key) => !used.some((use) => (use.prefix ? key.startsWith(use.key) : key === use.key)),
  );
  expect(unused).toEqual([]);
});

test('no Korean message is left in English', () => {
  // names of products are the same everywhere
  const SAME = new Set([
    'users.email',
    ...['datumaro', 'label-studio', 'labelme', 'cvat'].map((format) => `exports.name.${format}`),
  ]);
  const untranslated = KEYS.filter(
    (key) => !/[가-힣]/.test(valueAt(ko, key)) && /[a-z]{3}/.test(valueAt(ko, key)) && !SAME.has(key),
  );
  expect(untranslated).toEqual([]);
});
