import type { ModelManifest, TextModelManifest } from '@maskloop/sam-core';

/** What tells one loaded engine from another: both files, and the contract they are run under. */
export function engineKey(manifest: ModelManifest): string {
  return `${manifest.id}:${manifest.encoder.file.sha256}:${manifest.decoder.file.sha256}`;
}

/** As `engineKey`; the manifest wholly, because its sentences and its scale change the answers. */
export function textKey(manifest: TextModelManifest): string {
  return JSON.stringify(manifest);
}

interface PoolOptions<Manifest, Paths, Engine> {
  /** engines kept in memory at the same time */
  readonly most: number;
  readonly key: (manifest: Manifest) => string;
  readonly load: (manifest: Manifest, paths: Paths) => Promise<Engine>;
}

interface Held<Engine> {
  readonly name: string;
  readonly engine: Promise<Engine>;
  /** calls that need it now */
  users: number;
}

/** Keeps the engines used last in memory; the least recently used one goes when another needs its place. */
export class EnginePool<
  Manifest extends { readonly id: string },
  Paths,
  Engine extends { close(): Promise<void> },
> {
  readonly #engines = new Map<string, Held<Engine>>();
  readonly #options: PoolOptions<Manifest, Paths, Engine>;

  constructor(options: PoolOptions<Manifest, Paths, Engine>) {
    this.#options = options;
  }

  /** Does something with a model's engine, which stays in memory until that is done. */
  async use<T>(manifest: Manifest, paths: Paths, work: (engine: Engine) => Promise<T>): Promise<T> {
    const held = await this.#hold(manifest, paths);
    held.users++;
    try {
      return await work(await held.engine);
    } finally {
      held.users--;
    }
  }

  async #hold(manifest: Manifest, paths: Paths): Promise<Held<Engine>> {
    const key = this.#options.key(manifest);
    // room is made first: two large models at once may not fit
    while (!this.#engines.has(key) && this.#engines.size >= this.#options.most) {
      if (!(await this.#dropOldest())) break;
    }
    const known = this.#engines.get(key);
    if (known) {
      // a Map remembers insertion: taking it out and in again makes it the youngest
      this.#engines.delete(key);
      this.#engines.set(key, known);
      return known;
    }
    const held = { name: manifest.id, engine: this.#options.load(manifest, paths), users: 0 };
    this.#engines.set(key, held);
    held.engine.catch(() => this.#engines.delete(key));
    return held;
  }

  /** ids of the models in memory, the one used last at the end */
  get names(): string[] {
    return [...this.#engines.values()].map(({ name }) => name);
  }

  /** Nothing may be using an engine any more. */
  async close(): Promise<void> {
    while (await this.#dropOldest());
  }

  /** @returns false when every engine is in use */
  async #dropOldest(): Promise<boolean> {
    for (const [key, { engine, users }] of this.#engines) {
      if (users > 0) continue;
      this.#engines.delete(key);
      // one that failed to load has nothing to close
      const loaded = await engine.catch(() => null);
      await loaded?.close();
      return true;
    }
    return false;
  }
}
