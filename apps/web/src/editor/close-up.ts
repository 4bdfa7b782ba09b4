import {
  CLOSE_UP_MIN_SIDE,
  type CloseUp,
  closeUpAround,
  isSameCloseUp,
  type MaskBox,
  type ProjectEvent,
} from '@maskloop/domain';
import type { Box, Size } from '@maskloop/sam-core';
import { BLOB } from './addresses.ts';
import { DecoderError } from './decoder/protocol.ts';
import type { EditorSession } from './session.ts';
import type { PlacedLogits } from './tools/candidates.ts';
import { type PromptSet, shownLogits } from './tools/prompt-set.ts';

/** A view above this share of the picture shows hardly more than the picture itself. */
const MOST_SHARE = 0.6;
/** Never made, or its bytes are gone: close-ups are not kept for ever (CU4). */
const NOT_THERE: ReadonlySet<string> = new Set(['EMBEDDING_MISSING', 'NOT_FOUND']);
/** How often the embedding is asked for when no news comes, and how long in all: a busy worker takes its time. */
const ASK_AGAIN_MS = 2_000;
const PATIENCE_MS = 180_000;

/** Looks closely at what is on the screen, around what is prompted, or around the selected mask; or leaves the close-up. */
export function toggleCloseUp(session: EditorSession): void {
  if (session.closeUp.get().at !== 'closed') {
    leaveCloseUp(session);
    return;
  }
  const seen = closeUpOfScreen(session);
  const set = promptSet(session);
  const prompted = set && shownLogits(set);
  if (seen) void openCloseUp(session, seen);
  else if (prompted) void lookAtPrompted(session, prompted);
  else lookAt(session, selectedBox(session));
}

export function leaveCloseUp(session: EditorSession): void {
  session.unsay('outside-close-up');
  session.closeUp.set({ at: 'closed' });
  goOnThere(session);
}

/**
 * Has a part of the picture encoded by itself and asks in it from then on.
 * @returns whether it is open
 */
export async function openCloseUp(session: EditorSession, closeUp: CloseUp): Promise<boolean> {
  session.unsay('zoom-in-first');
  session.closeUp.set({ at: 'loading', closeUp });
  const isWanted = () => {
    const view = session.closeUp.get();
    return !session.isClosed && view.at === 'loading' && isSameCloseUp(view.closeUp, closeUp);
  };
  try {
    await embed(session, closeUp, isWanted);
    if (!isWanted()) return false;
    session.closeUp.set({ at: 'open', closeUp });
    goOnThere(session);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : null;
    if (isWanted()) session.closeUp.set({ at: 'failed', closeUp, message });
    return false;
  }
}

/** What is prompted goes on in what is open now. */
function goOnThere(session: EditorSession): void {
  session.dispatch({ type: 'close-up', at: session.pointer });
  const set = promptSet(session);
  if (!set?.seed || set.target === null || set.rounds.length > 0) return;
  // a drawn mask has no prompts that could be asked anew: it is taken up again
  if (!isSameCloseUp(set.seed.closeUp, session.openedCloseUp)) void session.effects.reprompt(set.target);
}

/** News of the one that is waited for. */
export function hearOfCloseUp(session: EditorSession, events: readonly ProjectEvent[]): void {
  const view = session.closeUp.get();
  if (view.at !== 'loading') return;
  for (const event of events) {
    if (event.type !== 'closeUp' || event.imageId !== session.imageId) continue;
    if (!isSameCloseUp(event.closeUp, view.closeUp)) continue;
    // a new object wakes who waits for it
    if (event.state === 'ready') session.closeUp.set({ ...view });
    else session.closeUp.set({ at: 'failed', closeUp: view.closeUp, message: null });
  }
}

/** Fetches the embedding; where there is none, a worker is asked for it. */
async function embed(session: EditorSession, closeUp: CloseUp, isWanted: () => boolean): Promise<void> {
  const { workspace, imageId, opened } = session;
  if (!opened?.model) throw new Error('no model');
  const url = BLOB.closeUp(imageId, opened.model.encoderSha256, closeUp);
  const ask = { imageId, closeUp, url, picture: opened.image };
  let requested = false;
  for (const until = performance.now() + PATIENCE_MS; isWanted(); ) {
    try {
      return await workspace.decoder.embed(ask);
    } catch (error) {
      if (!(error instanceof DecoderError && NOT_THERE.has(error.code))) throw error;
      if (performance.now() > until) throw error;
    }
    const news = newsOf(session);
    if (!requested) await workspace.api.requestCloseUp(imageId, closeUp);
    requested = true;
    await news;
  }
}

/** The next news of the close-up, or the time to ask without. */
function newsOf(session: EditorSession): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.closeUp.subscribe(done);
    const timer = setTimeout(done, ASK_AGAIN_MS);
    function done(): void {
      stop();
      clearTimeout(timer);
      resolve();
    }
  });
}

/** What is on the screen, where that is a part of the picture. */
function closeUpOfScreen({ opened, canvas }: EditorSession): CloseUp | null {
  if (!opened || !canvas) return null;
  const seen = wholePixels(canvas.seen(), opened.image);
  return isPart(seen, opened.image) ? seen : null;
}

function promptSet(session: EditorSession): PromptSet | null {
  const tool = session.tool.get();
  return tool.name === 'prompt' ? tool.state.set : null;
}

function selectedBox(session: EditorSession): MaskBox | null {
  const selected = session.selectedId.get();
  return selected === null ? null : (session.document.get().get(selected)?.box ?? null);
}

/** Around the mask that prompts gave, which nobody has accepted yet. */
async function lookAtPrompted(session: EditorSession, logits: PlacedLogits): Promise<void> {
  const { imageId, workspace } = session;
  const mask = await workspace.decoder.commit({ imageId, ...logits }).catch(() => null);
  if (!session.isClosed && session.closeUp.get().at === 'closed')
    lookAt(session, mask?.area ? mask.box : null);
}

/** Of a region and its surroundings; null where they are nearly the whole picture: around what is long and thin. */
export function closeUpOf(box: MaskBox, picture: Size): CloseUp | null {
  const around = closeUpAround(box, picture);
  return isPart(around, picture) ? around : null;
}

/** Around a region, which then fills the screen. */
function lookAt(session: EditorSession, box: MaskBox | null): void {
  const { opened, canvas } = session;
  const around = opened && box && closeUpOf(box, opened.image);
  if (!around) {
    session.say('zoom-in-first');
    return;
  }
  canvas?.fill(around);
  void openCloseUp(session, around);
}

/** Outwards to whole pixels inside the picture, and wide enough. */
function wholePixels(box: Box, { width, height }: Size): CloseUp {
  const side = (from: number, to: number, length: number): [number, number] => {
    const start = Math.max(0, Math.min(Math.floor(from), length - CLOSE_UP_MIN_SIDE));
    return [start, Math.min(length, Math.max(Math.ceil(to), start + CLOSE_UP_MIN_SIDE))];
  };
  const [x0, x1] = side(box.x0, box.x1, width);
  const [y0, y1] = side(box.y0, box.y1, height);
  return { x0, y0, x1, y1 };
}

const isPart = ({ x0, y0, x1, y1 }: CloseUp, { width, height }: Size): boolean =>
  (x1 - x0) * (y1 - y0) <= MOST_SHARE * width * height;
