import {
  boxLiesInCloseUp,
  edgesOf,
  fixOf,
  isSameCloseUp,
  type LintFinding,
  type MaskId,
} from '@maskloop/domain';
import {
  type BitMask,
  compressCounts,
  decodeRle,
  encodeRle,
  maskArea,
  maskBox,
  parseRle,
  rleIou,
} from '@maskloop/sam-core';
import { openCloseUp } from './close-up.ts';
import type { Pixels } from './commands/masks.ts';
import { DecoderError } from './decoder/protocol.ts';
import type { MaskRecord } from './document/records.ts';
import { intersect } from './document/runs.ts';
import { newId } from './ids.ts';
import type { EditorSession, SessionEffects } from './session.ts';
import type { PlacedLogits } from './tools/candidates.ts';
import {
  answered,
  FRESH_SET,
  type PromptSet,
  setFromTrail,
  shownLogits,
  slim,
  trailOf,
} from './tools/prompt-set.ts';
import { fillPolygon } from './tools/raster.ts';
import { type Refinement, refine } from './tools/refine.ts';
import type { Effect } from './tools/types.ts';

/** Above this two masks of a picture are taken for one. */
const TWIN_IOU = 0.9;

/** Does what tools ask for. */
export class EffectRunner implements SessionEffects {
  readonly #session: EditorSession;
  /** commits are finished in the order in which they were asked for */
  #commits: Promise<unknown> = Promise.resolve();
  #closed = false;
  #decodes = 0;

  constructor(session: EditorSession) {
    this.#session = session;
  }

  close(): void {
    this.#closed = true;
  }

  /** All accepted prompts have become masks. */
  async settled(): Promise<void> {
    await this.#commits;
  }

  run(effect: Effect): void {
    const session = this.#session;
    switch (effect.do) {
      case 'decode':
        void this.#decode(effect);
        return;
      case 'commit-prompt':
        this.#accept(effect.set, effect.keep);
        return;
      case 'paint':
        session.canvas?.paintStroke(effect.target, effect.bitmap, effect.rect);
        return;
      case 'clear-paint':
        session.canvas?.clearStroke();
        return;
      case 'draw':
        this.#draw(effect.target, effect.bitmap);
        return;
      case 'polygon': {
        const bitmap = session.maskBitmap(effect.target);
        if (fillPolygon(bitmap, effect.points, effect.subtract ? 0 : 1)) this.#draw(effect.target, bitmap);
        return;
      }
      case 'select':
        session.select(effect.maskId);
        return;
      case 'hover-mask':
        session.hoveredId.set(effect.maskId);
        return;
      case 'say':
        session.say(effect.message);
        return;
      default:
        effect satisfies never;
    }
  }

  /** R: the prompts of a saved mask again, or its pixels as logits where they cannot be replayed. */
  async reprompt(maskId: MaskId): Promise<void> {
    const session = this.#session;
    const record = session.document.get().get(maskId);
    const model = session.opened?.model;
    if (!record || !model || session.readOnly || session.embedding.get().at !== 'ready') return;
    const { decoder } = session.workspace;
    const { imageId } = session;
    try {
      const trail = record.prompts;
      // what was asked on top of a drawn mask alone cannot be asked without it
      const standsAlone = trail.some(({ feedback }) => !feedback);
      const sameModel = record.modelVersionId === model.id && standsAlone;
      // CU3: it is asked again where it was asked; without that part only its pixels are left
      const askedIn = sameModel ? (trail.at(-1)?.closeUp ?? null) : null;
      const canReplay = sameModel && (askedIn === null || (await openCloseUp(session, askedIn)));
      const set = canReplay
        ? setFromTrail(trail, await decoder.replay({ imageId, trail }), maskId)
        : { ...FRESH_SET, target: maskId, seed: await this.#lifted(record) };
      if (this.#closed) return;
      session.select(maskId);
      this.resume(set);
      // asked in the whole picture while a close-up is open: what is prompted is asked in that, too, as on opening it
      if (askedIn === null) session.dispatch({ type: 'close-up', at: null });
    } catch (error) {
      session.say('reprompt-failed', { reason: messageOf(error) });
    }
  }

  /** Prompts to go on with. Where they were asked is open again (CU3): a click beside them would have no place. */
  resume(set: PromptSet): void {
    const session = this.#session;
    session.takeTool('prompt');
    session.dispatch({ type: 'load', set });
    const closeUp = (set.rounds.at(-1) ?? set.seed)?.closeUp;
    if (closeUp && !isSameCloseUp(closeUp, session.openedCloseUp)) void openCloseUp(session, closeUp);
  }

  /** In the open close-up when the mask lies in it, else in the whole picture. */
  async #lifted({ box, counts }: MaskRecord): Promise<PlacedLogits> {
    const { workspace, imageId, openedCloseUp } = this.#session;
    const closeUp = openedCloseUp && boxLiesInCloseUp(edgesOf(box), openedCloseUp) ? openedCloseUp : null;
    return { lowRes: await workspace.decoder.lift({ imageId, closeUp, counts }), closeUp };
  }

  /** A one-step correction of a whole mask; what it changes is drawn work like a stroke. */
  refine(maskId: MaskId, how: Refinement): void {
    const session = this.#session;
    const image = session.opened?.image;
    const document = session.document.get();
    const record = document.get(maskId);
    if (!image || !record) return;
    const rleOf = ({ counts }: { counts: string }) => parseRle({ size: [image.height, image.width], counts });
    const reach = edgesOf(record.box);
    const others = [...document.values()].filter(
      (other) => other.id !== maskId && session.isShown(other.id) && intersect(reach, edgesOf(other.box)),
    );
    const before = rleOf(record);
    const after = refine(before, record.area, how, how === 'clip' ? others.map(rleOf) : []);
    if (after === before || compressCounts(after.counts) === record.counts) session.say('nothing-to-refine');
    else this.#draw(maskId, decodeRle(after));
  }

  /** LN3: the quick fix of a finding; one step to undo. */
  fix({ rule, maskId, otherMaskId }: LintFinding): void {
    const session = this.#session;
    const image = session.opened?.image;
    const policy = session.lintPolicy.get();
    const document = session.document.get();
    const record = document.get(maskId);
    if (!image || !policy || !record) return;
    const other = otherMaskId === null ? undefined : document.get(otherMaskId);
    const how = fixOf(rule, record.counts, image, policy, other?.counts ?? null);
    if (how.kind === 'revise') this.#draw(maskId, decodeRle(how.rle));
    else session.run({ name: 'removeMask', maskId, operationId: newId() });
  }

  async #decode({ request, prompt, closeUp, purpose }: Extract<Effect, { do: 'decode' }>): Promise<void> {
    const session = this.#session;
    try {
      const asked = performance.now();
      const result = await session.workspace.decoder.decode({ imageId: session.imageId, closeUp, prompt });
      if (this.#closed || result === null) return;
      // the browser keeps every entry until it is told not to
      if (++this.#decodes % 1_000 === 0) performance.clearMeasures('maskloop:decode');
      performance.measure('maskloop:decode', { start: asked, detail: { purpose } });
      session.dispatch({ type: 'decoded', request, result });
    } catch (error) {
      if (this.#closed) return;
      session.dispatch({ type: 'failed', request });
      if (error instanceof DecoderError && error.code.startsWith('EMBEDDING_')) {
        if (closeUp) void openCloseUp(session, closeUp);
        else session.loader.loadEmbedding();
      }
      // hovering asks again with the next move; a click that got no answer is told
      else if (purpose === 'prompt') session.say('decode-failed', { reason: messageOf(error) });
    }
  }

  #accept(set: PromptSet, keep: boolean): void {
    const shown = shownLogits(set);
    this.#session.settling.set(shown);
    this.#commits = this.#commits.then(() => this.#commit(set, shown, keep));
  }

  async #commit(set: PromptSet, shown: PlacedLogits | null, keep: boolean): Promise<void> {
    const session = this.#session;
    const model = session.opened?.model;
    const chosen = answered(set);
    if (!model || !shown || !chosen) return;
    try {
      const mask = await session.workspace.decoder.commit({ imageId: session.imageId, ...shown });
      if (mask.area === 0) {
        session.say('empty-mask');
        return;
      }
      const pixels: Pixels = {
        ...mask,
        edit: 'prompt',
        prompts: trailOf(set),
        modelVersionId: model.id,
        predictedIou: Math.min(2, Math.max(-1, chosen.iou)),
        activeMs: session.takeActiveMs(),
      };
      const maskId = set.target ?? newId();
      const twin = set.target === null ? this.#twinOf(pixels) : null;
      this.#save(set.target, maskId, pixels, set);
      if (twin !== null) session.say('duplicate', {}, maskId);
      if (keep && set.target === null) session.dispatch({ type: 'load', set: { ...set, parentId: maskId } });
    } catch (error) {
      session.say('commit-failed', { reason: messageOf(error) });
      session.dispatch({ type: 'load', set });
    } finally {
      if (session.settling.get() === shown) session.settling.set(null);
    }
  }

  /** A mask that is nearly the same already: often the same thing clicked twice. */
  #twinOf({ counts, area, box }: Pixels): MaskId | null {
    const session = this.#session;
    const image = session.opened?.image;
    if (!image) return null;
    const size = [image.height, image.width];
    const edges = edgesOf(box);
    const mine = parseRle({ size, counts });
    const similar = [...session.document.get().values()].filter(
      (other) =>
        Math.min(area, other.area) > TWIN_IOU * Math.max(area, other.area) &&
        intersect(edges, edgesOf(other.box)),
    );
    return (
      similar.find((other) => rleIou(mine, parseRle({ size, counts: other.counts })) > TWIN_IOU)?.id ?? null
    );
  }

  /** A stroke or outline is finished. The mask stays selected, so that the next stroke goes into it as well. */
  #draw(target: MaskId | null, bitmap: BitMask): void {
    const session = this.#session;
    const area = maskArea(bitmap);
    const box = maskBox(bitmap) ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
    const pixels: Pixels = {
      counts: compressCounts(encodeRle(bitmap).counts),
      area,
      box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
      edit: 'draw',
      prompts: [],
      modelVersionId: null,
      predictedIou: null,
      stability: null,
      activeMs: session.takeActiveMs(),
    };
    const maskId = target ?? newId();
    this.#save(target, maskId, pixels, null);
    if (session.document.get().has(maskId)) session.select(maskId);
    session.canvas?.clearStroke();
  }

  #save(target: MaskId | null, maskId: MaskId, pixels: Pixels, set: PromptSet | null): void {
    const session = this.#session;
    const note = set && slim(set);
    const revisionId = newId();
    if (target !== null) {
      session.run({ name: 'revisePixels', maskId, revisionId, pixels }, note);
      return;
    }
    const classId = session.classId.get();
    session.run(
      { name: 'addMask', maskId, revisionId, pixels, classId, parentId: set?.parentId ?? null },
      note,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
