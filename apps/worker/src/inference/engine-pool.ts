import type { ModelManifest } from '@maskloop/sam-core';
import { type EngineOptions, type EnginePaths, loadEngine, type OrtEngine } from './ort-node-engine.ts';

/** What tells one loaded engine from another: both files, and the contract they are run under. */
export function engineKey(manifest: ModelManifest): string {
  return `${manifest.id}:${manifest.encoder.file.sha256}:${manifest.decoder.file.sha256}`;
}

type Load = (manifest: ModelManifest, paths: EnginePaths, options: EngineOptions) => Promise<OrtEngine>;

/** Keeps the engines used last in memory; the least recently used one goes when another needs its place. */
export class EnginePool {
  readonly #engines = new Map<string, { name: string; engine: Promise<OrtEngine> }>();
  readonly #options: EngineOptions;
  readonly #most: number;
  readonly #load: Load;

  /** @param most engines kept in memory at the same time */
  constructor(options: EngineOptions, most: number, load: Load = loadEngine) {
    this.#options = options;
    this.#most = most;
    this.#load = load;
  }

  async get(manifest: ModelManifest, paths: EnginePaths): Promise<OrtEngine> {
    const key = engineKey(manifest);
    const known = this.#engines.get(key);
    if (known) {
      // a Map remembers insertion: taking it out and in again makes it the youngest
      this.#engines.delete(key);
      this.#engines.set(key, known);
      return known.engine;
    }
    // room is made first: two large models at once may not fit
    while (this.#engines.size >= this.#most) await this.#dropOldest();
    const engine = this.#load(manifest, paths, this.#options);
    this.#engines.set(key, { name: manifest.id, engine });
    try {
      return await engine;
    } catch (error) {
      this.#engines.delete(key);
      throw error;
    }
  }

  /** ids of the models in memory, the one used last at the end */
  get names(): string[] {
    return [...this.#engines.values()].map(({ name }) => name);
  }

  async close(): Promise<void> {
    while (this.#engines.size > 0) await this.#dropOldest();
  }

  async #dropOldest(): Promise<void> {
    for (const [key, { engine }] of this.#engines) {
      this.#engines.delete(key);
      // one that failed to load has nothing to close
      const loaded = await engine.catch(() => null);
      await loaded?.close();
      return;
    }
  }
}
