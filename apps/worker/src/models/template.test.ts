import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ModelManifest } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { completed, filesOf, knownModels } from './template.ts';

const MODELS = path.join(import.meta.dirname, '../../../../models');

test('every template of the models folder becomes a manifest once its files are there', async () => {
  const known = await knownModels(MODELS);
  const names = (await readdir(MODELS)).filter((name) => name.endsWith('.template.json'));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const model = known.get(name.replace('.template.json', ''));
    if (model?.kind !== 'template') throw new Error(`${name}: its id is not its file's name`);
    const hashes = new Map(
      filesOf(model.template).map(({ path: file }) => [
        file,
        { path: file, sha256: 'a'.repeat(64), bytes: 1 },
      ]),
    );
    expect(ModelManifest.safeParse(completed(model.template, hashes)).success, name).toBe(true);
    // of files that nobody publishes the note has to say how they are made
    if (filesOf(model.template).some(({ url }) => url === null)) expect(model.template.note).not.toBe('');
  }
});

test('the embedded model is complete', async () => {
  const complete = [...(await knownModels(MODELS)).values()].filter(({ kind }) => kind === 'manifest');
  expect(complete.map(({ folder }) => path.basename(folder))).toEqual(['embedded']);
});
