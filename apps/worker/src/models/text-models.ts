import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textModels } from '@maskloop/db';
import { cosine, type Pixels, pixels, TextModelManifest, textModelFiles } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import type { EngineOptions } from '../inference/ort-node-engine.ts';
import { loadTextEngine, type TextPaths } from '../inference/text-engine.ts';
import type { OpenServices } from '../services.ts';
import { gather } from './gather.ts';
import { completedText, type TextModelTemplate } from './template.ts';

interface AddOptions {
  readonly folders: readonly string[];
  readonly say: (line: string) => void;
}

/** Brings a text model's files together, tries them out, stores and registers them. Can be repeated. */
export async function addTextModel(
  { db, store, env }: OpenServices,
  template: TextModelTemplate,
  { folders, say }: AddOptions,
): Promise<void> {
  const { id } = template;
  const existing = await textModels.byName(db, id);
  // a model that was added once is known by its hashes
  const recorded = existing && textModelFiles(TextModelManifest.parse(existing.manifest));
  const folder = await mkdtemp(path.join(tmpdir(), 'maskloop-model-'));
  try {
    const files = await gather({
      modelId: id,
      files: textModelFiles(template).map((file) => ({
        ...file,
        ...recorded?.find(({ path: name }) => name === file.path),
      })),
      folders,
      into: folder,
      note: template.note,
      say,
    });
    const manifest = completedText(template, files);
    const place = ({ file }: { file: { path: string } }) => path.join(folder, file.path);
    const paths = {
      image: place(manifest.image),
      text: place(manifest.text),
      tokenizer: place(manifest.tokenizer),
    };
    say(await tryOutText(manifest, paths, { providers: env.ORT_PROVIDERS, threads: env.ORT_THREADS }));
    for (const file of textModelFiles(manifest)) {
      await store.put(blobKeys.model(file.sha256), createReadStream(path.join(folder, file.path)), {
        contentType: 'application/octet-stream',
      });
    }
    if (existing !== null) return say(`${id} is registered already; its files are in the object store`);
    await textModels.register(db, { name: id, manifest });
    say(`${id} is registered; runs can give classes by text, and the editor finds proposals by a phrase`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs two pictures and two phrases through the model.
 * @returns a line about it
 * @throws SamCoreError MODEL_CONTRACT_MISMATCH; Error when it cannot tell pictures or phrases apart
 */
export async function tryOutText(
  manifest: TextModelManifest,
  paths: TextPaths,
  options: EngineOptions,
): Promise<string> {
  const engine = await loadTextEngine(manifest, paths, options);
  try {
    const start = performance.now();
    const [red, blue] = await engine.embedPictures([plain(230, 30, 30), plain(30, 30, 230)]);
    const pictured = performance.now();
    const [first, second] = await engine.embedPhrases(['red', 'blue']);
    const done = performance.now();
    if (!red || !blue || !first || !second) throw new Error('a text model answers each picture and phrase');
    const pictures = cosine(red, blue);
    const phrases = cosine(first, second);
    if (pictures > 0.9999 || phrases > 0.9999) {
      throw new Error(
        `model ${manifest.id}: cannot tell ${pictures > 0.9999 ? 'a red picture from a blue one' : '"red" from "blue"'}`,
      );
    }
    return (
      `${manifest.id}: ${engine.provider}, image encoder ${((pictured - start) / 2).toFixed(0)} ms a picture, ` +
      `text encoder ${((done - pictured) / 2).toFixed(0)} ms a phrase; cosine of a red and a blue picture ${pictures.toFixed(2)}, ` +
      `of "red" and "blue" ${phrases.toFixed(2)}`
    );
  } finally {
    await engine.close();
  }
}

function plain(...colour: readonly [number, number, number]): Pixels {
  const side = 64;
  return pixels(
    Uint8Array.from({ length: side * side * 3 }, (_, i) => colour[i % 3] ?? 0),
    { width: side, height: side },
  );
}
