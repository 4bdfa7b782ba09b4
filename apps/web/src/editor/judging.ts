import { edgesOf, type MaskId, STAGE_RULES } from '@maskloop/domain';
import { concealedBy, nextToJudge, proposalsIn } from './document/proposals.ts';
import { isUnjudged } from './document/records.ts';
import { newId } from './ids.ts';
import type { EditorSession } from './session.ts';

/**
 * Y and U: the proposal under the pointer, else the selected one; then on to the next, the least sure first. Until
 * the pointer moves again, the one that came next is meant, not what happens to lie under the pointer.
 */
export function judge(session: EditorSession, accept: boolean): void {
  const document = session.document.get();
  const rested = session.pointer === session.restedAt;
  const asked = [rested ? null : maskAtPointer(session), session.selectedId.get()];
  const found = asked
    .map((id) => (id === null ? undefined : document.get(id)))
    .find((record) => record !== undefined && isUnjudged(record));
  if (found && !judgeMask(session, found.id, accept)) return;
  if (!lookAtNext(session) && found) session.say('all-judged');
}

/** One mask, as it was named. @returns whether it was judged */
export function judgeMask(session: EditorSession, maskId: MaskId, accept: boolean): boolean {
  if (!accept) return session.run({ name: 'removeMask', maskId, operationId: newId() });
  return session.run({
    name: 'acceptMask',
    maskId,
    revisionId: newId(),
    activeMs: session.takeActiveMs(),
  });
}

/** Selects what is to be judged next and brings it into sight. @returns false when nothing is left */
export function lookAtNext(session: EditorSession): boolean {
  const next = nextToJudge(session.document.get(), session.isShown, null);
  session.select(next?.id ?? null);
  if (!next) return false;
  session.restedAt = session.pointer;
  session.canvas?.reveal(edgesOf(next.box));
  return true;
}

/** Every proposal that can be seen is right: one step to undo. */
export function keepAllShown(session: EditorSession): void {
  const shown = proposalsIn(session.document.get()).filter(({ id }) => session.isShown(id));
  session.run({
    name: 'acceptMasks',
    accepted: shown.map(({ id }) => ({ maskId: id, revisionId: newId() })),
    activeMs: session.takeActiveMs(),
  });
}

/** The class that new masks get, for every proposal that can be seen: one step to undo. Nothing is judged by it. */
export function classAllShown(session: EditorSession): void {
  const shown = proposalsIn(session.document.get()).filter(({ id }) => session.isShown(id));
  session.run({
    name: 'setClasses',
    classed: shown.map(({ id }) => ({ maskId: id, operationId: newId() })),
    classId: session.classId.get(),
  });
}

/** Every proposal that the person's own thresholds hide is wrong: one step to undo. One that does not fit a phrase may be right. */
export function rejectAllHidden(session: EditorSession): void {
  session.run({
    name: 'removeMasks',
    removed: [...concealedBy(session.document.get(), session.floor)].map((maskId) => ({
      maskId,
      operationId: newId(),
    })),
  });
}

/** What nobody judged yet; hidden: by the person's thresholds or by hand. */
export function unjudgedIn(session: EditorSession): { readonly count: number; readonly hidden: number } {
  const unjudged = [...session.document.get().values()].filter(isUnjudged);
  return { count: unjudged.length, hidden: unjudged.filter(({ id }) => !session.isShown(id)).length };
}

/** Whether submitting asks first: where proposals count for nothing until somebody judged them (ST2). */
export function asksBeforeSubmit(session: EditorSession): boolean {
  const stage = session.stage.get();
  const unjudgedCounts = stage !== null && STAGE_RULES[stage.name].exportsProposals;
  return !unjudgedCounts && unjudgedIn(session).count > 0;
}

/** The topmost mask under the pointer. */
export function maskAtPointer(session: EditorSession): MaskId | null {
  return session.pointer ? (session.labels?.top(session.pointer) ?? null) : null;
}
