import type { ImageId, MaskOperationInput, OperationAnswer } from '@maskloop/domain';
import { type Cell, cell } from '../store.ts';
import type { KeptOperation, Outbox } from './outbox.ts';

/** How saving stands, for the small status in the top bar. */
export interface SaveState {
  readonly at: 'saved' | 'saving' | 'offline' | 'signed-out' | 'blocked';
  /** changes kept in this browser */
  readonly kept: number;
  /** changes the server will never take */
  readonly refused: number;
  /** the server's words, where it has any */
  readonly message: string | null;
}

/** Why a request failed: only what decides what to do next. */
export type SendFailure =
  | { readonly kind: 'offline' }
  | { readonly kind: 'signed-out' }
  /** this picture has to wait, the others need not */
  | { readonly kind: 'blocked'; readonly message: string }
  /** the server cannot read what it got */
  | { readonly kind: 'invalid'; readonly code: string; readonly message: string };

export interface DrainerParts {
  readonly outbox: Outbox;
  readonly userId: string;
  send(
    imageId: ImageId,
    tabId: string,
    operations: readonly MaskOperationInput[],
  ): Promise<readonly OperationAnswer[]>;
  reasonOf(error: unknown): SendFailure;
  /** runs one drain of this browser at a time, over all its tabs */
  exclusively(task: () => Promise<void>): Promise<void>;
  onAnswer(row: KeptOperation, answer: OperationAnswer): void;
  /** after each request that was answered */
  onProgress(imageId: ImageId): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Sends what the outbox holds, in order for each picture, until the server has all of it. A change is forgotten only
 * when it was answered; sending one twice is harmless because its id was made here.
 */
export class Drainer {
  readonly state: Cell<SaveState> = cell<SaveState>({ at: 'saved', kept: 0, refused: 0, message: null });
  readonly #parts: DrainerParts;
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(parts: DrainerParts) {
    this.#parts = parts;
  }

  /** Something new is there, or the network or the session came back. */
  kick(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#again = true;
    this.#running ??= this.#drain();
    return this.#running;
  }

  /** More is being kept: said at once, before it is counted. */
  expect(count: number): void {
    this.state.update((now) => ({
      ...now,
      kept: now.kept + count,
      at: now.at === 'saved' ? 'saving' : now.at,
    }));
  }

  /** Counts anew, e.g. after another tab has drained. */
  async refresh(): Promise<void> {
    const { kept, refused } = await this.#parts.outbox.counts(this.#parts.userId);
    const { at } = this.state.get();
    this.state.update((now) => ({
      ...now,
      kept,
      refused,
      at: kept === 0 ? 'saved' : at === 'saved' ? 'saving' : at,
    }));
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #drain(): Promise<void> {
    const { exclusively } = this.#parts;
    try {
      await this.refresh();
      while (this.#again && !this.#closed) {
        this.#again = false;
        await exclusively(() => this.#sendAll());
        // inside the loop: what is kept while it counts must not be left lying
        await this.refresh();
      }
    } finally {
      // in the same step as the last look at `#again`: a kick either is seen there or starts anew
      this.#running = null;
    }
  }

  async #sendAll(): Promise<void> {
    const { outbox, userId } = this.#parts;
    const waiting = new Set<string>();
    let oneByOne = false;
    let message: string | null = null;
    for (;;) {
      const found = await outbox.nextBatch(userId, waiting);
      const batch = oneByOne ? found.slice(0, 1) : found;
      const [first] = batch;
      if (first === undefined) break;
      if (this.state.get().at === 'saved') this.state.update((now) => ({ ...now, at: 'saving' }));
      try {
        const operations = batch.map((row) => row.operation);
        const answers = await this.#parts.send(first.imageId, first.tabId, operations);
        await this.#settle(batch, answers);
        this.#failures = 0;
        oneByOne = false;
        this.#parts.onProgress(first.imageId);
        await this.refresh();
      } catch (error) {
        const reason = this.#parts.reasonOf(error);
        if (reason.kind === 'blocked') {
          message = reason.message;
          waiting.add(first.imageId);
        } else if (reason.kind === 'invalid') {
          // one bad change must not hold the good ones up: find it by sending singly
          if (batch.length > 1) oneByOne = true;
          else await outbox.markRefused(first.id, { code: reason.code, message: reason.message });
        } else {
          this.state.update((now) => ({ ...now, at: reason.kind, message: null }));
          if (reason.kind === 'offline') this.#later();
          return;
        }
      }
    }
    const at = waiting.size > 0 ? 'blocked' : 'saved';
    if (waiting.size > 0) this.#later();
    const { kept, refused } = await outbox.counts(userId);
    this.state.set({ at: at === 'saved' && kept > 0 ? 'saving' : at, kept, refused, message });
  }

  async #settle(batch: readonly KeptOperation[], answers: readonly OperationAnswer[]): Promise<void> {
    const { outbox } = this.#parts;
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const done: string[] = [];
    for (const row of batch) {
      const answer = byId.get(row.id);
      // no answer, no forgetting: it is sent again
      if (answer === undefined) throw new Error(`The server left ${row.id} unanswered`);
      if (answer.result.status === 'refused') {
        const { code, message } = answer.result;
        await outbox.markRefused(row.id, { code, message });
      } else {
        done.push(row.id);
      }
      this.#parts.onAnswer(row, answer);
    }
    await outbox.forget(done);
  }

  #later(): void {
    if (this.#timer || this.#closed) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    // spread out, so that a room full of editors does not come back in the same instant
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.kick();
      },
      wait * (0.75 + Math.random() / 2),
    );
  }
}

/** Over all tabs by Web Locks where there are any (they need HTTPS or localhost); ids make a double send harmless. */
export function browserLock(name: string): (task: () => Promise<void>) => Promise<void> {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
  if (!locks) return (task) => task();
  return (task) => locks.request(name, task);
}
