import type { ImageId, MaskOperationInput } from '@maskloop/domain';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { MaskRecord } from '../document/records.ts';

/** One change that the server has not acknowledged. */
export interface KeptOperation {
  /** order in which changes were made in this browser; given by the database */
  readonly seq?: number;
  readonly id: string;
  /** another person on this browser must never send it as their own */
  readonly userId: string;
  readonly imageId: ImageId;
  readonly tabId: string;
  readonly operation: MaskOperationInput;
  /** the mask as it was after the change, so that a reload shows it; null: removed */
  readonly after: MaskRecord | null;
  readonly keptAt: number;
  /** the server will never take it; kept for the person to see and save elsewhere */
  readonly refused: { readonly code: string; readonly message: string } | null;
}

/** An unfinished prompt set, so that a closed tab loses nothing. */
export interface Draft {
  /** user and picture */
  readonly key: string;
  readonly value: unknown;
  readonly keptAt: number;
}

interface Schema extends DBSchema {
  operations: { key: number; value: KeptOperation; indexes: { image: [string, string]; id: string } };
  drafts: { key: string; value: Draft };
}

const MOST_PER_BATCH = 50;
const DRAFTS_KEPT_MS = 30 * 24 * 60 * 60_000;

/** Changes on their way to the server, and drafts, in IndexedDB. */
export class Outbox {
  readonly #database: Promise<IDBPDatabase<Schema>>;
  /** writes happen one after another, so that order of calls is order of rows */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(name = 'maskloop-editor') {
    this.#database = openDB<Schema>(name, 1, {
      upgrade(database) {
        const operations = database.createObjectStore('operations', { keyPath: 'seq', autoIncrement: true });
        operations.createIndex('image', ['userId', 'imageId']);
        operations.createIndex('id', 'id', { unique: true });
        database.createObjectStore('drafts', { keyPath: 'key' });
      },
    });
  }

  /** Keeps changes; they are durable when the promise is fulfilled. */
  keep(changes: readonly KeptOperation[]): Promise<void> {
    return this.#write(async (database) => {
      const transaction = database.transaction('operations', 'readwrite', { durability: 'strict' });
      for (const change of changes) await transaction.store.add(change);
      await transaction.done;
    });
  }

  /** All writes asked for so far are done. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** What is kept for one picture, in order. */
  async of(userId: string, imageId: ImageId): Promise<KeptOperation[]> {
    await this.settled();
    return (await this.#database).getAllFromIndex('operations', 'image', [userId, imageId]);
  }

  /** The oldest changes of one picture from one tab; pictures in `except` have to wait. */
  async nextBatch(userId: string, except: ReadonlySet<string>): Promise<KeptOperation[]> {
    await this.settled();
    const all = await (await this.#database).getAll('operations');
    const open = all.filter((row) => row.userId === userId && !row.refused && !except.has(row.imageId));
    const [first] = open;
    if (first === undefined) return [];
    const batch: KeptOperation[] = [];
    for (const row of open) {
      if (row.imageId !== first.imageId) continue;
      if (row.tabId !== first.tabId || batch.length === MOST_PER_BATCH) break;
      batch.push(row);
    }
    return batch;
  }

  async counts(userId: string): Promise<{ kept: number; refused: number }> {
    await this.settled();
    const all = await (await this.#database).getAll('operations');
    const mine = all.filter((row) => row.userId === userId);
    const refused = mine.filter((row) => row.refused).length;
    return { kept: mine.length - refused, refused };
  }

  async refused(userId: string): Promise<KeptOperation[]> {
    await this.settled();
    const all = await (await this.#database).getAll('operations');
    return all.filter((row) => row.userId === userId && row.refused);
  }

  /** The server has them: only now may they be forgotten. */
  forget(ids: readonly string[]): Promise<void> {
    return this.#write(async (database) => {
      const transaction = database.transaction('operations', 'readwrite');
      for (const id of ids) {
        const key = await transaction.store.index('id').getKey(id);
        if (key !== undefined) await transaction.store.delete(key);
      }
      await transaction.done;
    });
  }

  markRefused(id: string, refused: NonNullable<KeptOperation['refused']>): Promise<void> {
    return this.#write(async (database) => {
      const row = await database.getFromIndex('operations', 'id', id);
      if (row) await database.put('operations', { ...row, refused });
    });
  }

  /** @param value structured-cloneable; null takes the draft away */
  keepDraft(key: string, value: unknown): Promise<void> {
    return this.#write(async (database) => {
      if (value === null) await database.delete('drafts', key);
      else await database.put('drafts', { key, value, keptAt: Date.now() });
    });
  }

  async draft(key: string): Promise<unknown> {
    await this.settled();
    const found = await (await this.#database).get('drafts', key);
    return found && Date.now() - found.keptAt < DRAFTS_KEPT_MS ? found.value : null;
  }

  async close(): Promise<void> {
    await this.settled();
    (await this.#database).close();
  }

  #write(change: (database: IDBPDatabase<Schema>) => Promise<void>): Promise<void> {
    const done = this.#writing.then(async () => change(await this.#database));
    this.#writing = done.catch(() => undefined);
    return done;
  }
}
