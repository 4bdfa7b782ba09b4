import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@maskloop/domain';
import { type ModelFile, ModelManifest, type TextModelManifest } from '@maskloop/sam-core';
import { type Digest, digest, digestOf } from '../digest.ts';
import type { EnginePaths } from './ort-node-engine.ts';
import type { TextPaths } from './text-engine.ts';

/** Where model files come from when they are not on this machine: by hash; null when it has none such. */
export type FetchModel = (sha256: string) => Promise<Readable | null>;

/**
 * Brings the files of a model to this machine and makes sure that they are the ones its manifest means. A graph and
 * its data files must lie together under the names the graph states, so each graph gets a folder named by its hash.
 */
export class ModelFiles {
  readonly #cacheDir: string;
  readonly #modelsDir: string | null;
  readonly #fetchModel: FetchModel;
  /** graphs whose files were checked by this process */
  readonly #ready = new Map<string, Promise<string>>();

  /** @param modelsDir folder of manifests with files beside them, such as the embedded model's */
  constructor(options: { cacheDir: string; modelsDir: string | null; fetchModel: FetchModel }) {
    this.#cacheDir = options.cacheDir;
    this.#modelsDir = options.modelsDir;
    this.#fetchModel = options.fetchModel;
  }

  /** @throws DomainError MODEL_FILE_MISSING, MODEL_FILE_CORRUPT */
  async fetch({ encoder, decoder }: ModelManifest): Promise<EnginePaths> {
    return { encoder: await this.#graph(encoder), decoder: await this.#graph(decoder) };
  }

  /** @throws DomainError MODEL_FILE_MISSING, MODEL_FILE_CORRUPT */
  async fetchText({ image, text, tokenizer }: TextModelManifest): Promise<TextPaths> {
    return {
      image: await this.#graph(image),
      text: await this.#graph(text),
      tokenizer: await this.#graph({ file: tokenizer.file, external: [] }),
    };
  }

  #graph(part: { file: ModelFile; external: readonly ModelFile[] }): Promise<string> {
    const { sha256 } = part.file;
    let ready = this.#ready.get(sha256);
    if (!ready) {
      ready = this.#place(part);
      this.#ready.set(sha256, ready);
      // what was missing may be there next time
      ready.catch(() => this.#ready.delete(sha256));
    }
    return ready;
  }

  async #place({ file, external }: { file: ModelFile; external: readonly ModelFile[] }): Promise<string> {
    const folder = path.join(this.#cacheDir, file.sha256);
    const here = path.dirname(file.path);
    for (const each of [file, ...external]) {
      const place = inside(folder, path.relative(here, each.path));
      if (await isIntact(place, each)) continue;
      await this.#copy(each, place);
    }
    return path.join(folder, path.basename(file.path));
  }

  async #copy(file: ModelFile, place: string): Promise<void> {
    const source = (await this.#beside(file)) ?? (await this.#fetchModel(file.sha256));
    if (source === null) {
      throw new DomainError(
        'MODEL_FILE_MISSING',
        `model file ${file.path} (${file.sha256}) is neither in the object store nor in the models folder; add the model again with: npm run models -- add`,
        { path: file.path, sha256: file.sha256 },
      );
    }
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    await receive(source, file, place);
  }

  /** A file of the models folder with these contents, by the manifests there. */
  async #beside(file: ModelFile): Promise<Readable | null> {
    if (this.#modelsDir === null) return null;
    for (const { manifest, folder } of await manifestsIn(this.#modelsDir)) {
      for (const { file: main, external } of [manifest.encoder, manifest.decoder]) {
        const found = [main, ...external].find(({ sha256 }) => sha256 === file.sha256);
        if (!found) continue;
        const place = inside(folder, found.path);
        if (await exists(place)) return createReadStream(place);
      }
    }
    return null;
  }
}

/**
 * Writes a stream to a file that appears complete or not at all.
 * @throws DomainError MODEL_FILE_CORRUPT when it is not what the manifest says
 */
export async function receive(source: Readable, file: ModelFile, place: string): Promise<void> {
  const partial = `${place}.${process.pid}.part`;
  const seen = digest();
  try {
    await pipeline(source, seen.through, createWriteStream(partial, { mode: 0o600 }));
    assertIntact(file, seen.result());
    await rename(partial, place);
  } finally {
    await rm(partial, { force: true });
  }
}

/** @throws DomainError MODEL_FILE_CORRUPT with both hashes */
export function assertIntact(file: ModelFile, found: Digest): void {
  if (found.sha256 === file.sha256 && found.bytes === file.bytes) return;
  throw new DomainError(
    'MODEL_FILE_CORRUPT',
    `model file ${file.path}: the manifest says ${file.bytes} bytes with SHA-256 ${file.sha256}, found ${found.bytes} bytes with ${found.sha256}`,
    { path: file.path, expected: file.sha256, found: found.sha256 },
  );
}

/** Manifests of complete models: `<folder>/<name>/manifest.json`. What is no manifest is passed over. */
export async function manifestsIn(modelsDir: string): Promise<{ manifest: ModelManifest; folder: string }[]> {
  const found: { manifest: ModelManifest; folder: string }[] = [];
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries
    .filter((each) => each.isDirectory())
    .sort((a, b) => a.name.localeCompare(b.name))) {
    const folder = path.join(modelsDir, entry.name);
    const text = await readFile(path.join(folder, 'manifest.json'), 'utf8').catch(() => null);
    if (text === null) continue;
    const parsed = ModelManifest.safeParse(JSON.parse(text));
    if (parsed.success) found.push({ manifest: parsed.data, folder });
  }
  return found;
}

async function isIntact(place: string, file: ModelFile): Promise<boolean> {
  if (!(await exists(place))) return false;
  const found = await digestOf(place);
  return found.sha256 === file.sha256;
}

async function exists(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A manifest is input: its paths must not lead out of the folder they are for. */
function inside(folder: string, relative: string): string {
  const place = path.resolve(folder, relative);
  if (place.startsWith(path.resolve(folder) + path.sep)) return place;
  throw new DomainError('MODEL_FILE_CORRUPT', `the path ${relative} leads out of the model's folder`, {
    path: relative,
  });
}
