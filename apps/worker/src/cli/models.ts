// npm run models -- list | verify [name] | add <name or manifest.json> [--from folder]
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EnvError } from '@maskloop/config';
import { models, textModels } from '@maskloop/db';
import { DomainError, isDomainError } from '@maskloop/domain';
import { ModelManifest, SamCoreError, TextModelManifest, textModelFiles } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import { loadWorkerEnv } from '../env.ts';
import { ModelFiles } from '../inference/model-files.ts';
import { gather } from '../models/gather.ts';
import { completed, filesOf, idOf, knownModels, readAddable } from '../models/template.ts';
import { addTextModel, tryOutText } from '../models/text-models.ts';
import { type TriedOut, tryOut } from '../models/try-out.ts';
import { createLog, fetchFrom, type OpenServices, openServices } from '../services.ts';

const USAGE = `npm run models -- list                         what there is, and what is registered
npm run models -- verify [name]                hashes, and one picture through encoder and decoder
npm run models -- add <name> [--from folder]   a model of the list, from a folder or from where it is published
npm run models -- add <manifest.json>          any ONNX pair with a manifest; files beside it or in --from
A manifest with "kind": "text" registers a text model: image encoder, text encoder and tokenizer (docs/operations.md).`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function list(services: OpenServices): Promise<void> {
  const registered = await models.list(services.db);
  say('registered:');
  for (const { name, family, state, encoderSha256, projects } of registered) {
    say(`  ${name}  ${family}  ${state}  encoder ${encoderSha256.slice(0, 12)}  ${projects} projects`);
  }
  if (registered.length === 0) say('  none');
  const texts = await textModels.list(services.db);
  if (texts.length > 0) say('registered text models:');
  for (const { name, family } of texts) say(`  ${name}  ${family}`);
  const taken = new Set([...registered, ...texts].map(({ name }) => name));
  say(`can be added (${services.env.MODELS_DIR}):`);
  for (const [id, model] of await knownModels(services.env.MODELS_DIR)) {
    if (taken.has(id)) continue;
    const about = model.kind === 'manifest' ? model.manifest : model.template;
    const files =
      model.kind === 'template'
        ? filesOf(model.template)
        : model.kind === 'text'
          ? textModelFiles(model.template)
          : [];
    const from = files.some(({ url }) => url === null)
      ? 'needs --from'
      : files.length > 0
        ? 'download'
        : 'complete';
    say(`  ${id}  ${about.title ?? ''}  ${about.license}  ${from}`);
  }
}

async function add(services: OpenServices, what: string, from: string | null): Promise<void> {
  const { db, store, env } = services;
  const known = await knownModels(env.MODELS_DIR);
  const model = what.endsWith('.json') ? await readAddable(what) : known.get(what);
  if (model === undefined) {
    throw new DomainError(
      'NOT_FOUND',
      `no model is called ${what}; there are ${[...known.keys()].join(', ')}`,
    );
  }
  if (model.kind === 'text') {
    const folders = [...(from === null ? [] : [from]), model.folder];
    return addTextModel(services, model.template, { folders, say });
  }
  const id = idOf(model);
  const existing = await models.byName(db, id);
  const before = existing === null ? null : ModelManifest.parse(existing.manifest);
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-model-'));
  try {
    const wanted = model.kind === 'template' ? filesOf(model.template) : filesOf(model.manifest);
    // a model that was added once is known by its hashes
    const recorded = before && filesOf(before);
    const files = await gather({
      modelId: id,
      files: wanted.map((file) => {
        const record = recorded?.find(({ path: name }) => name === file.path);
        return record ? { ...file, ...record } : file;
      }),
      folders: [...(from === null ? [] : [from]), model.folder],
      into: folder,
      note: model.kind === 'template' ? model.template.note : '',
      say,
    });
    const manifest = model.kind === 'template' ? completed(model.template, files) : model.manifest;
    const paths = {
      encoder: path.join(folder, manifest.encoder.file.path),
      decoder: path.join(folder, manifest.decoder.file.path),
    };
    report(id, await tryOut(manifest, paths, { providers: env.ORT_PROVIDERS, threads: env.ORT_THREADS }));
    for (const file of filesOf(manifest)) {
      await store.put(blobKeys.model(file.sha256), createReadStream(path.join(folder, file.path)), {
        contentType: 'application/octet-stream',
      });
    }
    if (existing !== null) return say(`${id} is registered already; its files are in the object store`);
    await models.register(db, {
      name: id,
      family: manifest.family,
      manifest,
      encoderSha256: manifest.encoder.file.sha256,
      decoderSha256: manifest.decoder.file.sha256,
    });
    say(`${id} is registered; choose it in a project's settings`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns how many models are not in order */
async function verify(services: OpenServices, name: string | null): Promise<number> {
  const { db, env, store } = services;
  const options = { providers: env.ORT_PROVIDERS, threads: env.ORT_THREADS };
  const named = <M extends { readonly name: string }>(all: M[]): M[] =>
    all.filter((model) => name === null || model.name === name);
  const segmenters = named(await models.list(db)).map(({ id, name: title }) => ({
    title,
    check: async () => {
      const manifest = ModelManifest.parse((await models.get(db, id))?.manifest);
      const paths = await files.fetch(manifest);
      say(`${title}: ${filesOf(manifest).length} files have the hashes of the manifest`);
      report(title, await tryOut(manifest, paths, options));
    },
  }));
  const texts = named(await textModels.list(db)).map(({ id, name: title }) => ({
    title,
    check: async () => {
      const manifest = TextModelManifest.parse((await textModels.get(db, id))?.manifest);
      const paths = await files.fetchText(manifest);
      say(`${title}: ${textModelFiles(manifest).length} files have the hashes of the manifest`);
      say(await tryOutText(manifest, paths, options));
    },
  }));
  const chosen = [...segmenters, ...texts];
  if (name !== null && chosen.length === 0) {
    throw new DomainError('NOT_FOUND', `no registered model is called ${name}`);
  }
  // a cache of its own: what is checked is the object store and the models folder, not yesterday's copy
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-verify-'));
  const files = new ModelFiles({ cacheDir: folder, modelsDir: env.MODELS_DIR, fetchModel: fetchFrom(store) });
  let wrong = 0;
  try {
    for (const { title, check } of chosen) {
      try {
        await check();
      } catch (error) {
        wrong++;
        say(`${title}: NOT in order: ${(error as Error).message}`);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (chosen.length === 0) say('no model is registered');
  return wrong;
}

function report(id: string, tried: TriedOut): void {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  say(
    `${id}: ${tried.provider}, load ${ms(tried.loadMs)}, encoder ${ms(tried.encodeMs)}, decoder ${tried.decodeMs.toFixed(1)} ms, ` +
      `embedding ${tried.embeddingBytes} bytes; a click on a disc of ${tried.discArea} px gives a mask of ${tried.maskArea} px, ` +
      `predicted IoU ${tried.predictedIou.toFixed(2)}`,
  );
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [command, subject, ...rest] = positionals;
  const usable =
    (command === 'list' && subject === undefined) ||
    command === 'verify' ||
    (command === 'add' && subject !== undefined);
  if (values.help || !usable || rest.length > 0) {
    say(USAGE);
    return values.help ? 0 : 2;
  }
  const env = loadWorkerEnv(process.env);
  const services = openServices(env, createLog({ ...env, LOG_LEVEL: 'error' }));
  try {
    if (command === 'list') await list(services);
    else if (command === 'add') await add(services, subject ?? '', values.from ?? null);
    else return (await verify(services, subject ?? null)) === 0 ? 0 : 1;
    return 0;
  } finally {
    await services.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // what a person can do something about needs no stack
  const expected = isDomainError(error) || error instanceof SamCoreError || error instanceof EnvError;
  process.stderr.write(`${expected ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
