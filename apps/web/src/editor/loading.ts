import type { ProjectEvent } from '@maskloop/domain';
import { hearOfCloseUp } from './close-up.ts';
import { DecoderError } from './decoder/protocol.ts';
import { LabelMap } from './document/label-map.ts';
import { recordFrom } from './document/records.ts';
import type { EditorSession, SessionLoader } from './session.ts';
import { replayKept } from './sync/replay.ts';
import { hearOfRanking } from './text-ranking.ts';
import { type PromptSet, storedSet } from './tools/prompt-set.ts';
import { decoderSourceOf, wholeOf } from './workspace.ts';

/** How many pictures ahead are made ready. */
const AHEAD = 2;

interface StoredDraft {
  readonly set: PromptSet;
  readonly modelVersionId: string;
  readonly activeMs: number;
}

/** Brings a picture into its session and keeps it current. */
export class Loader implements SessionLoader {
  readonly #session: EditorSession;
  #closed = false;
  #reloading: Promise<void> | null = null;
  #reloadAgain = false;
  #asking = false;
  #lastDraft: PromptSet | null = null;
  #stop: (() => void)[] = [];

  constructor(session: EditorSession) {
    this.#session = session;
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stop) stop();
  }

  /** Everything at once: nothing waits for what it does not need. */
  async start(): Promise<void> {
    const session = this.#session;
    const { workspace, imageId } = session;
    performance.mark('maskloop:open', { detail: { imageId } });
    const masks = this.#readMasks();
    masks.catch(() => undefined);
    const claimed = session.lease.claim();
    try {
      const opened = await workspace.open(imageId);
      if (this.#closed) return;
      session.labels = new LabelMap(opened.image);
      session.opening.set({ at: 'open', opened });
      this.loadEmbedding();
      void this.loadRemarks();
      const { document, classes, stage, lint } = await masks;
      if (this.#closed) return;
      session.classes.set(classes);
      session.stage.set(stage);
      session.lintPolicy.set(lint);
      session.merge(document, 0);
      session.loaded.set(true);
      for (const { id, branchRevisionId } of document.values()) {
        if (branchRevisionId && !session.readOnly) session.say('branch-waits', {}, id);
      }
      this.#stop.push(workspace.onNews((news) => news.imageId === imageId && void this.reload()));
      this.#stop.push(session.tool.subscribe(() => this.#keepDraft()));
      let { webgpu } = workspace.settings.get();
      this.#stop.push(
        workspace.settings.subscribe(() => {
          const wanted = workspace.settings.get().webgpu;
          if (wanted !== webgpu) this.loadEmbedding();
          webgpu = wanted;
        }),
      );
      void this.#askForRun();
      await this.#restoreDraft();
      await claimed;
      await this.#prefetch();
    } catch (error) {
      if (this.#closed) return;
      const code =
        typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'server';
      session.opening.set({ at: 'failed', code, message: error instanceof Error ? error.message : null });
    }
  }

  /** Gets decoder and embedding side by side; from then on hovering shows masks. */
  loadEmbedding(): void {
    void this.#loadEmbedding();
  }

  async #loadEmbedding(): Promise<void> {
    const session = this.#session;
    const { workspace, opened } = session;
    if (!opened) return;
    const { image, model, embedding } = opened;
    if (!model) {
      session.embedding.set({ at: 'no-model' });
      return;
    }
    if (session.embedding.get().at !== 'ready') session.embedding.set({ at: 'loading' });
    try {
      const { webgpu } = workspace.settings.get();
      const [runtime] = await Promise.all([
        workspace.decoder.open(decoderSourceOf(model), { threads: 0, webgpu }),
        workspace.decoder.embed(wholeOf(image, model)),
      ]);
      if (this.#closed) return;
      session.embedding.set({ at: 'ready', ...runtime });
      session.dispatch({ type: 'ready', at: session.pointer });
    } catch (error) {
      if (this.#closed) return;
      const missing = error instanceof DecoderError && error.code === 'EMBEDDING_MISSING';
      const message = error instanceof Error ? error.message : null;
      if (!missing) session.embedding.set({ at: 'failed', message });
      else session.embedding.set({ at: embedding === 'queued' ? 'queued' : 'missing' });
    }
  }

  /** "Encode now". */
  async requestEmbedding(): Promise<void> {
    const session = this.#session;
    session.embedding.set({ at: 'queued' });
    try {
      await session.workspace.api.requestEmbedding(session.imageId);
    } catch (error) {
      session.embedding.set({ at: 'failed', message: error instanceof Error ? error.message : null });
    }
  }

  /** Pins and notes; without them one can label all the same, so a failure waits for the next news. */
  async loadRemarks(): Promise<void> {
    const { workspace, imageId } = this.#session;
    const remarks = await workspace.api.remarks(imageId).catch(() => null);
    if (remarks && !this.#closed) this.#session.remarks.set(remarks);
  }

  /** News from the server about the project. */
  hear(events: readonly ProjectEvent[]): void {
    const session = this.#session;
    const { tabId } = session.workspace;
    if (events.some(({ type }) => type === 'run')) void this.#askForRun();
    hearOfRanking(session, events);
    hearOfCloseUp(session, events);
    for (const event of events) {
      if (!('imageId' in event) || event.imageId !== session.imageId) continue;
      if (event.type === 'embedding') {
        if (event.state === 'ready') this.loadEmbedding();
        else if (session.embedding.get().at !== 'ready') {
          session.embedding.set(
            event.state === 'failed' ? { at: 'failed', message: null } : { at: event.state },
          );
        }
      }
      if (event.type === 'masks.changed' && event.tabId !== tabId) {
        void this.reload();
        if (this.#session.activeRun.get()) void this.#askForRun();
      }
      if (event.type === 'review') void this.loadRemarks();
      if (event.type === 'lease') session.lease.hear(event.holderId, session.workspace.user.id);
    }
  }

  /** Masks changed somewhere else: they come in wherever nothing was touched here. */
  reload(): Promise<void> {
    this.#reloadAgain = true;
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  async #reload(): Promise<void> {
    while (this.#reloadAgain && !this.#closed) {
      this.#reloadAgain = false;
      const step = this.#session.steps;
      const found = await this.#readMasks().catch(() => null);
      if (this.#closed || !found) return;
      this.#session.classes.set(found.classes);
      this.#session.stage.set(found.stage);
      this.#session.lintPolicy.set(found.lint);
      this.#session.merge(found.document, step);
    }
  }

  async #readMasks() {
    const { workspace, imageId } = this.#session;
    // what is kept here is read first: whatever the server takes in between is then in both, not in neither
    const kept = await workspace.outbox.of(workspace.user.id, imageId);
    const { masks, classes, stage, floor, lint } = await workspace.api.load(imageId);
    const document = replayKept(masks.map(recordFrom), kept);
    return { document, classes, stage: { name: stage, floor }, lint };
  }

  /** One question at a time: a run tells of its progress more often than this changes. */
  async #askForRun(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { workspace, imageId, activeRun } = this.#session;
    // when it cannot be asked, the next news asks again
    const found = await workspace.api.activeRun(imageId).catch(() => activeRun.get());
    this.#asking = false;
    if (!this.#closed) activeRun.set(found);
  }

  get #draftKey(): string {
    return `${this.#session.workspace.user.id} ${this.#session.imageId}`;
  }

  /** A tab may be closed in the middle of a refinement: each new answer is written down. */
  #keepDraft(): void {
    const session = this.#session;
    const tool = session.tool.get();
    const model = session.opened?.model;
    if (!model) return;
    const set = tool.name === 'prompt' ? tool.state.set : null;
    const waiting = tool.name === 'prompt' && tool.state.waiting !== null;
    if (waiting || set === this.#lastDraft) return;
    this.#lastDraft = set;
    const draft: StoredDraft | null = set && {
      set,
      modelVersionId: model.id,
      activeMs: session.activeTime.spentMs,
    };
    void session.workspace.outbox.keepDraft(this.#draftKey, draft).catch(() => undefined);
  }

  async #restoreDraft(): Promise<void> {
    const session = this.#session;
    const found = (await session.workspace.outbox.draft(this.#draftKey)) as StoredDraft | null;
    if (this.#closed || !found || found.modelVersionId !== session.opened?.model?.id) return;
    const target = found.set.target;
    if (target !== null && !session.document.get().has(target)) return;
    const tool = session.tool.get();
    if (tool.name !== 'prompt' || tool.state.set !== null) return;
    session.restoreActiveMs(found.activeMs);
    session.effects.resume(storedSet(found.set));
    session.say('restored-draft');
  }

  async #prefetch(): Promise<void> {
    const { workspace, imageId } = this.#session;
    const { next } = await workspace.api.neighbours(imageId, AHEAD).catch(() => ({ next: [] }));
    for (const id of next.slice(0, AHEAD)) {
      if (this.#closed) return;
      await workspace.prefetch(id);
    }
  }
}
