import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ModelManifest, TextModelManifest, textModelFiles } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { completed, completedText, filesOf, knownModels } from './template.ts';

const MODELS = path.join(import.meta.dirname, '../../../../models');

test('every template of the models folder becomes a manifest once its files are there', async () => {
  const known = await knownModels(MODELS);
  const names = (await readdir(MODELS)).filter((name) => name.endsWith('.template.json'));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const model = known.get(name.replace('.template.json', ''));
    if (!model || model.kind === 'manifest') throw new Error(`${name}: its id is not its file's name`);
    const files = model.kind === 'text' ? textModelFiles(model.template) : filesOf(model.template);
    const hashes = new Map(
      files.map(({ path: file }) => [file, { path: file, sha256: 'a'.repeat(64), bytes: 1 }]),
    );
    const parsed =
      model.kind === 'text'
        ? TextModelManifest.safeParse(completedText(model.template, hashes))
        : ModelManifest.safeParse(completed(model.template, hashes));
    expect(parsed.success, name).toBe(true);
    // of files that nobody publishes the note has to say how they are made
    if (files.some(({ url }) => url === null)) expect(model.template.note).not.toBe('');
  }
});

test('the embedded model is complete', async () => {
  const complete = [...(await knownModels(MODELS)).values()].filter(({ kind }) => kind === 'manifest');
  expect(complete.map(({ folder }) => path.basename(folder))).toEqual(['embedded']);
});
