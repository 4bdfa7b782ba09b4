import {
  type ClassId,
  type CloseUp,
  type CommentId,
  chosenByText,
  type ImageId,
  type LabelClass,
  type LintFinding,
  type LintPolicy,
  type MaskId,
  type OperationAnswer,
  type ProjectEvent,
  type ProposalFloor,
  type Remarks,
  type RevisionId,
  type Stage,
} from '@maskloop/domain';
import { type BitMask, type Box, bitMask, decodeRle, type Point, parseRle } from '@maskloop/sam-core';
import { type ActiveTime, NO_TIME, touch } from './active-time.ts';
import { type Command, perform } from './commands/table.ts';
import { applyDiff, type Diff, diffOf, touchedBy } from './document/diff.ts';
import {
  type Change,
  emptyHistory,
  type History,
  record,
  redoChange,
  stepBack,
  stepForward,
  undoChange,
} from './document/history.ts';
import type { LabelMap } from './document/label-map.ts';
import { concealedBy, narrower } from './document/proposals.ts';
import type { RankingView } from './document/ranking.ts';
import type { MaskDocument, MaskRecord } from './document/records.ts';
import { newId } from './ids.ts';
import { NO_NOTICES, type Notice, type NoticeText } from './notices.ts';
import { cell } from './store.ts';
import type { ActiveRun, OpenedImage } from './sync/api.ts';
import { Lease } from './sync/lease.ts';
import type { KeptOperation } from './sync/outbox.ts';
import type { PlacedLogits } from './tools/candidates.ts';
import type { PromptSet } from './tools/prompt-set.ts';
import type { Refinement } from './tools/refine.ts';
import { canRedo, isBusy, startOf, stepTool, type ToolState } from './tools/table.ts';
import type { Effect, ToolContext, ToolEvent, ToolName } from './tools/types.ts';
import type { Workspace } from './workspace.ts';

/** Where the embedding of the picture is, and what the decoder runs on. */
export type EmbeddingView =
  | { readonly at: 'loading' }
  | { readonly at: 'ready'; readonly provider: 'webgpu' | 'wasm'; readonly threads: number }
  | { readonly at: 'queued' }
  | { readonly at: 'missing' }
  | { readonly at: 'failed'; readonly message: string | null }
  | { readonly at: 'no-model' };

/** The part of the picture that is looked at closely. */
export type CloseUpView =
  | { readonly at: 'closed' }
  | { readonly at: 'loading'; readonly closeUp: CloseUp }
  /** prompts inside are asked in it */
  | { readonly at: 'open'; readonly closeUp: CloseUp }
  | { readonly at: 'failed'; readonly closeUp: CloseUp; readonly message: string | null };

export type OpeningState =
  | { readonly at: 'opening' }
  | { readonly at: 'open'; readonly opened: OpenedImage }
  | { readonly at: 'failed'; readonly code: string; readonly message: string | null };

/** What the canvas does for a session; without one (tests) nothing is drawn. */
export interface CanvasPort {
  /** @param target the saved mask that is being painted over */
  paintStroke(target: MaskId | null, bitmap: BitMask, rect: Box): void;
  clearStroke(): void;
  masksChanged(dirty: Box): void;
  centreOn(box: Box): void;
  /** brings a region into sight, and nearer where it is too small to be judged */
  reveal(box: Box): void;
  /** goes so near that a region fills the screen */
  fill(box: Box): void;
  /** the part of the picture on the screen, image pixels */
  seen(): Box;
}

/** Does what tools ask for. */
export interface SessionEffects {
  run(effect: Effect): void;
  /** all accepted prompts have become masks */
  settled(): Promise<void>;
  reprompt(maskId: MaskId): Promise<void>;
  resume(set: PromptSet): void;
  refine(maskId: MaskId, how: Refinement): void;
  fix(finding: LintFinding): void;
  close(): void;
}

/** Brings the picture in and keeps it current. */
export interface SessionLoader {
  start(): Promise<void>;
  reload(): Promise<void>;
  loadEmbedding(): void;
  requestEmbedding(): Promise<void>;
  loadRemarks(): Promise<void>;
  hear(events: readonly ProjectEvent[]): void;
  close(): void;
}

/** The parts that act on a session; made for it, so that it need not know them. */
export interface SessionParts {
  effects(session: EditorSession): SessionEffects;
  loader(session: EditorSession): SessionLoader;
}

/**
 * One picture being labelled: its document, undo stack, tool in hand and what is selected. It decides nothing by
 * itself: tools say what should happen, commands how the document changes, the workspace gets it saved.
 */
export class EditorSession {
  readonly imageId: ImageId;
  readonly projectId: string;
  readonly workspace: Workspace;
  readonly lease: Lease;
  readonly opening = cell<OpeningState>({ at: 'opening' });
  readonly loaded = cell(false);
  readonly document = cell<MaskDocument>(new Map());
  readonly history = cell<History<PromptSet>>(emptyHistory());
  readonly classes = cell<readonly LabelClass[]>([]);
  readonly classId = cell<ClassId | null>(null);
  readonly tool = cell<ToolState>(startOf('prompt'));
  readonly selectedId = cell<MaskId | null>(null);
  readonly hoveredId = cell<MaskId | null>(null);
  readonly hidden = cell<ReadonlySet<MaskId>>(new Set());
  readonly allHidden = cell(false);
  /** the stage the masks were loaded in, and what its proposals reach (ST1); null until then */
  readonly stage = cell<{ readonly name: Stage; readonly floor: ProposalFloor | null } | null>(null);
  /** LN2: what the project takes for a slip; null until the masks are there */
  readonly lintPolicy = cell<LintPolicy | null>(null);
  /** proposals that the person's own thresholds hide: unjudged like the others */
  readonly concealed = cell<ReadonlySet<MaskId>>(new Set());
  /** the phrase that proposals are looked for by, and what came of it */
  readonly ranking = cell<RankingView>({ at: 'none' });
  /** submitting waits for an answer about what nobody judged */
  readonly asksToSubmit = cell(false);
  /** the run that will add proposals to this picture */
  readonly activeRun = cell<ActiveRun | null>(null);
  /** for viewing only: the decoder never sees it */
  readonly look = cell({ brightness: 1, contrast: 1 });
  readonly embedding = cell<EmbeddingView>({ at: 'loading' });
  readonly closeUp = cell<CloseUpView>({ at: 'closed' });
  readonly notices = cell<readonly Notice[]>(NO_NOTICES);
  /** what reviewers said about the picture; null until it is known */
  readonly remarks = cell<Remarks | null>(null);
  /** the pin that is looked at */
  readonly activePin = cell<CommentId | null>(null);
  /** logits of a set that was accepted and is not painted yet: drawn meanwhile, so that nothing blinks */
  readonly settling = cell<PlacedLogits | null>(null);
  readonly effects: SessionEffects;
  readonly loader: SessionLoader;
  labels: LabelMap | null = null;
  canvas: CanvasPort | null = null;
  zoom = 1;
  /** where J looked last */
  uncoveredCursor = -1;
  /** where the cursor that keys move is; null while the pointer points */
  readonly keyCursor = cell<Point | null>(null);
  /** where the pointer is over the picture; null when it is not */
  pointer: Point | null = null;
  /** where the pointer was when a judgement moved on to the next proposal: until it moves, that one is meant */
  restedAt: Point | null = null;
  /** masks changed here, and at which step: a load that began earlier does not touch them */
  readonly changedAt = new Map<MaskId, number>();
  steps = 0;
  #time: ActiveTime = NO_TIME;
  #closed = false;
  readonly #stopListening: () => void;

  constructor(workspace: Workspace, projectId: string, imageId: ImageId, parts: SessionParts) {
    this.workspace = workspace;
    this.projectId = projectId;
    this.imageId = imageId;
    this.lease = new Lease(workspace.api, imageId);
    this.effects = parts.effects(this);
    this.loader = parts.loader(this);
    this.#stopListening = workspace.onAnswer((row, answer) => this.#answered(row, answer));
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Leaves the picture: what was prompted is accepted or kept as a draft, the lease goes back. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.loader.close();
    this.effects.close();
    await this.lease.release();
  }

  get opened(): OpenedImage | null {
    const now = this.opening.get();
    return now.at === 'open' ? now.opened : null;
  }

  get readOnly(): boolean {
    return !this.opened?.canWrite || this.lease.state.get().at === 'other';
  }

  /** the close-up in which prompts are asked; null: the whole picture */
  get openedCloseUp(): CloseUp | null {
    const view = this.closeUp.get();
    return view.at === 'open' ? view.closeUp : null;
  }

  isShown = (id: MaskId): boolean => !this.hidden.get().has(id) && !this.concealed.get().has(id);

  /** Something the person did: counts as active time and goes to the tool in hand. */
  dispatch(event: ToolEvent): void {
    if (event.type !== 'decoded' && event.type !== 'failed' && event.type !== 'ready') this.seen();
    const context = this.#context();
    if (!context) return;
    const [next, effects] = stepTool(this.tool.get(), event, context);
    this.tool.set(next);
    for (const effect of effects) this.effects.run(effect);
  }

  /** Takes up a tool. What was prompted so far is accepted first, so that the brush can go on with it. */
  takeTool(name: ToolName): void {
    const now = this.tool.get();
    if (now.name === name) return;
    if (isBusy(now))
      this.dispatch(now.name === 'prompt' ? { type: 'accept', keep: false } : { type: 'cancel' });
    this.hoveredId.set(null);
    this.tool.set(startOf(name));
  }

  /** Runs a command on the document, remembers it for undo and has it saved. */
  run(command: Command, note: PromptSet | null = null): boolean {
    if (this.readOnly) return false;
    const change = perform(this.document.get(), command);
    if (!change) return false;
    this.history.update((history) => record(history, { label: change.label, diff: change.diff, note }));
    this.commit(change);
    return true;
  }

  undo(): void {
    if (isBusy(this.tool.get())) {
      this.dispatch({ type: 'back' });
      return;
    }
    const step = stepBack(this.history.get());
    if (!step || this.readOnly) return;
    const [history, entry] = step;
    this.history.set(history);
    const change = undoChange(this.document.get(), entry, newId);
    if (change) this.commit(change);
    // the prompts behind an accept come back with it, so that the next undo takes the last of them
    if (entry.note) this.effects.resume(entry.note);
  }

  redo(): void {
    const tool = this.tool.get();
    if (canRedo(tool)) {
      this.dispatch({ type: 'redo' });
      return;
    }
    const step = stepForward(this.history.get());
    if (!step || this.readOnly) return;
    const [history, entry] = step;
    if (isBusy(tool)) {
      // the prompts that came back with an undone accept are accepted by redoing; others are not thrown away
      const same = tool.name === 'prompt' && tool.state.set === entry.note;
      if (!same) return;
      this.tool.set(startOf('prompt'));
    }
    this.history.set(history);
    const change = redoChange(this.document.get(), entry, newId);
    if (change) this.commit(change);
  }

  select(maskId: MaskId | null): void {
    this.selectedId.set(maskId);
  }

  /** A class for the selected mask, and for the masks that follow: the last class sticks. */
  chooseClass(classId: ClassId | null): void {
    this.classId.set(classId);
    const maskId = this.selectedId.get();
    if (maskId !== null && !isBusy(this.tool.get())) {
      this.run({ name: 'setClass', maskId, operationId: newId(), classId });
    }
  }

  /** Shows a change and has it saved: written down in this browser first, then sent. */
  commit(change: Change): void {
    this.show(change.diff);
    const after = new Map(this.document.get());
    for (const id of touchedBy(change.diff)) this.changedAt.set(id, ++this.steps);
    const rows = change.operations.map(
      (operation): KeptOperation => ({
        id: operation.id,
        userId: this.workspace.user.id,
        imageId: this.imageId,
        tabId: this.workspace.tabId,
        operation,
        after: after.get(operation.maskId) ?? null,
        keptAt: Date.now(),
        refused: null,
      }),
    );
    this.workspace.keep(rows).catch((error: unknown) => {
      this.say('not-kept', { reason: error instanceof Error ? error.message : String(error) });
    });
  }

  /** Shows a change that needs no saving. */
  show(diff: Diff): void {
    const next = applyDiff(this.document.get(), diff);
    this.concealed.set(concealedBy(next, this.floor, this.#fitting));
    const dirty = this.labels?.apply(next, diff, this.isShown) ?? null;
    this.document.set(next);
    const selected = this.selectedId.get();
    if (selected !== null && !next.has(selected)) this.selectedId.set(null);
    if (dirty) this.canvas?.masksChanged(dirty);
  }

  /** Goes over to another state of the document; masks changed here since `step` stay as they are. */
  merge(target: MaskDocument, step: number): void {
    const now = this.document.get();
    const next = new Map(target);
    for (const [id, at] of this.changedAt) {
      if (at <= step) continue;
      const mine = now.get(id);
      if (mine) next.set(id, mine);
      else next.delete(id);
    }
    this.show(diffOf(now, next));
  }

  /** What proposals have to reach to be seen here: the stage's thresholds, narrowed by the person's own. */
  get floor(): ProposalFloor {
    const own = this.workspace.thresholds.get();
    const floor = this.stage.get()?.floor;
    return floor ? narrower(floor, own) : own;
  }

  /** A person's own thresholds: they hide proposals and judge none. Kept from picture to picture. */
  narrow(thresholds: ProposalFloor): void {
    this.workspace.thresholds.set(thresholds);
    this.#conceal();
  }

  /** TX5: shows the proposals that fit a phrase, of this picture alone. */
  rank(view: RankingView): void {
    this.ranking.set(view);
    this.#conceal();
  }

  get #fitting(): ReadonlySet<MaskId> | null {
    const view = this.ranking.get();
    return view.at === 'ranked' ? new Set(chosenByText(view.ranking, view.threshold)) : null;
  }

  #conceal(): void {
    this.concealed.set(concealedBy(this.document.get(), this.floor, this.#fitting));
    this.#repaint();
  }

  setHidden(hidden: ReadonlySet<MaskId>): void {
    this.hidden.set(hidden);
    this.#repaint();
  }

  #repaint(): void {
    if (!this.labels) return;
    const dirty = this.labels.repaintAll(this.document.get(), this.isShown);
    this.canvas?.masksChanged(dirty);
  }

  say(
    text: NoticeText,
    values: Readonly<Record<string, string | number>> = {},
    maskId: MaskId | null = null,
  ): void {
    const notice: Notice = { id: newId(), text, values, maskId };
    this.notices.update((notices) => [
      ...notices.filter((each) => each.text !== text || each.maskId !== maskId),
      notice,
    ]);
  }

  dismiss(id: string): void {
    this.notices.update((notices) => notices.filter((notice) => notice.id !== id));
  }

  /** What was said about something that is over. */
  unsay(text: NoticeText): void {
    this.notices.update((notices) => notices.filter((notice) => notice.text !== text));
  }

  seen(): void {
    this.#time = touch(this.#time, performance.now());
  }

  /** Active milliseconds since the last time this was asked. */
  takeActiveMs(): number {
    const { spentMs, seenAt } = touch(this.#time, performance.now());
    this.#time = { spentMs: 0, seenAt };
    return Math.min(86_400_000, Math.round(spentMs));
  }

  get activeTime(): ActiveTime {
    return this.#time;
  }

  restoreActiveMs(spentMs: number): void {
    this.#time = { ...this.#time, spentMs };
  }

  maskBitmap(maskId: MaskId | null): BitMask {
    const image = this.opened?.image;
    if (!image) throw new Error('no picture is open');
    const { width, height } = image;
    const found = maskId === null ? undefined : this.document.get().get(maskId);
    return found
      ? decodeRle(parseRle({ size: [height, width], counts: found.counts }))
      : bitMask({ width, height });
  }

  #context(): ToolContext | null {
    const { opened, labels } = this;
    if (!opened || !labels) return null;
    const { brushSize, brushShape } = this.workspace.settings.get();
    return {
      image: opened.image,
      zoom: this.zoom,
      canDecode: this.embedding.get().at === 'ready',
      closeUp: this.openedCloseUp,
      readOnly: this.readOnly,
      selectedId: this.selectedId.get(),
      brush: { size: brushSize, shape: brushShape },
      top: (point) => (this.allHidden.get() ? null : labels.top(point)),
      hits: (point) => (this.allHidden.get() ? [] : labels.all(this.document.get(), point, this.isShown)),
      bitmap: (maskId) => this.maskBitmap(maskId),
    };
  }

  #answered(row: KeptOperation, answer: OperationAnswer): void {
    if (row.imageId !== this.imageId) return;
    const { result } = answer;
    if (result.status === 'refused') {
      this.say('refused', { reason: result.message }, row.operation.maskId);
      return;
    }
    if (result.status !== 'branched') return;
    this.#rebase(row.operation.maskId, result.head.id, result.revisionId);
    this.say('branched', { name: result.head.author?.name ?? '' }, row.operation.maskId);
  }

  /** Our version lost a race: its pixels stay on the screen, and what follows is based on the other one. */
  #rebase(maskId: MaskId, headId: RevisionId, branchRevisionId: RevisionId): void {
    const mine = this.document.get().get(maskId);
    if (!mine) return;
    // masks that were asked for before the race was lost know of no branch
    this.changedAt.set(maskId, ++this.steps);
    const to: MaskRecord = { ...mine, headId, branchRevisionId };
    this.show({ added: [], removed: [], updated: [[mine, to]] });
  }
}
