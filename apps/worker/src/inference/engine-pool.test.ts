import type { ModelManifest } from '@maskloop/sam-core';
import { expect, test } from 'vitest';
import { family, fixtureModel } from '../../../../tests/fixtures/models/index.ts';
import { EnginePool, engineKey } from './engine-pool.ts';
import type { EnginePaths, OrtEngine } from './ort-node-engine.ts';

const { manifest } = fixtureModel(family('sam-official'));
const named = (id: string): ModelManifest => ({ ...manifest, id });
const paths = { encoder: 'e', decoder: 'd' };

function pool(most: number, failing: readonly string[] = []) {
  const log: string[] = [];
  const load = async (model: ModelManifest, _: EnginePaths) => {
    log.push(`load ${model.id}`);
    if (failing.includes(model.id)) throw new Error(`${model.id} is broken`);
    const close = async () => void log.push(`close ${model.id}`);
    return { manifest: model, provider: 'cpu', close } as OrtEngine;
  };
  const made = new EnginePool({ most, key: engineKey, load });
  return { log, get: (id: string) => made.use(named(id), paths, async (engine) => engine), pool: made };
}

test('an engine is loaded once, also when it is asked for twice at the same time', async () => {
  const { log, get } = pool(2);
  const [first, second] = await Promise.all([get('a'), get('a')]);
  expect(first).toBe(second);
  expect(log).toEqual(['load a']);
});

test('the one that was not used for longest makes room, before the next is loaded', async () => {
  const { log, get, pool: made } = pool(2);
  await get('a');
  await get('b');
  await get('a');
  await get('c');
  expect(log).toEqual(['load a', 'load b', 'close b', 'load c']);
  expect(made.names).toEqual(['a', 'c']);
  await made.close();
  expect(log.slice(4)).toEqual(['close a', 'close c']);
});

test('one that cannot be loaded is not remembered', async () => {
  const { log, get, pool: made } = pool(2, ['a']);
  await expect(get('a')).rejects.toThrow('a is broken');
  await expect(get('a')).rejects.toThrow('a is broken');
  expect(log).toEqual(['load a', 'load a']);
  expect(made.names).toEqual([]);
});

test('one that is in use stays, even where that makes one more than there should be', async () => {
  const { log, get, pool: made } = pool(2);
  let end = () => {};
  const busy = made.use(named('a'), paths, () => new Promise<void>((resolve) => (end = resolve)));
  await get('b');
  await get('c');
  expect(log).toEqual(['load a', 'load b', 'close b', 'load c']);
  end();
  await busy;
  await get('d');
  expect(log.slice(4)).toEqual(['close a', 'load d']);
});
