import type { MaskOperationInput } from '@maskloop/domain';
import type { Diff } from './diff.ts';
import { isEmpty } from './diff.ts';
import type { MaskDocument, MaskRecord } from './records.ts';

/** What an entry of the undo stack was, for the status line and the tests. */
export type ChangeLabel =
  | 'add'
  | 'revise'
  | 'accept'
  | 'reject'
  | 'class'
  | 'remove'
  | 'restore'
  | 'order'
  | 'parent'
  | 'revert';

/** A step forward in the document together with what the server must be told. */
export interface Change {
  readonly label: ChangeLabel;
  readonly diff: Diff;
  readonly operations: readonly MaskOperationInput[];
}

/** What the undo stack keeps. `Note` is what the tool that made the change wants back when it is undone. */
export interface Entry<Note> {
  readonly label: ChangeLabel;
  readonly diff: Diff;
  readonly note: Note | null;
}

/** One stack per image; it never crosses to another one because each image has its own session. */
export interface History<Note> {
  readonly done: readonly Entry<Note>[];
  readonly undone: readonly Entry<Note>[];
}

const KEPT = 500;

export const emptyHistory = <Note>(): History<Note> => ({ done: [], undone: [] });

/** A new change: what was undone before can no longer be redone. */
export function record<Note>(history: History<Note>, entry: Entry<Note>): History<Note> {
  return { done: [...history.done, entry].slice(-KEPT), undone: [] };
}

/** @returns the history after taking the last change back and that change; null when there is none */
export function stepBack<Note>(history: History<Note>): readonly [History<Note>, Entry<Note>] | null {
  const entry = history.done.at(-1);
  if (entry === undefined) return null;
  return [{ done: history.done.slice(0, -1), undone: [...history.undone, entry] }, entry];
}

/** @returns the history after making the last undone change again and that change; null when there is none */
export function stepForward<Note>(history: History<Note>): readonly [History<Note>, Entry<Note>] | null {
  const entry = history.undone.at(-1);
  if (entry === undefined) return null;
  return [{ done: [...history.done, entry], undone: history.undone.slice(0, -1) }, entry];
}

/**
 * Takes an entry back. Nothing is rewritten on the server: earlier pixels return as a new revision (`revert`), a
 * new mask is removed, a removed one restored. Masks that are gone meanwhile are left alone.
 */
export function undoChange(
  document: MaskDocument,
  entry: Entry<unknown>,
  newId: () => string,
): Change | null {
  return moveTo(document, entry.label, newId, {
    remove: entry.diff.added,
    restore: entry.diff.removed,
    change: entry.diff.updated.map(([from]) => from),
  });
}

/** Makes an undone entry again. */
export function redoChange(
  document: MaskDocument,
  entry: Entry<unknown>,
  newId: () => string,
): Change | null {
  return moveTo(document, entry.label, newId, {
    remove: entry.diff.removed,
    restore: entry.diff.added,
    change: entry.diff.updated.map(([, to]) => to),
  });
}

interface Target {
  readonly remove: readonly MaskRecord[];
  readonly restore: readonly MaskRecord[];
  readonly change: readonly MaskRecord[];
}

function moveTo(
  document: MaskDocument,
  label: ChangeLabel,
  newId: () => string,
  target: Target,
): Change | null {
  const operations: MaskOperationInput[] = [];
  const removed: MaskRecord[] = [];
  const added: MaskRecord[] = [];
  const updated: [MaskRecord, MaskRecord][] = [];
  for (const { id } of target.remove) {
    const now = document.get(id);
    if (now === undefined) continue;
    operations.push({ kind: 'remove', id: newId(), maskId: id });
    removed.push(now);
  }
  for (const wanted of target.restore) {
    if (document.has(wanted.id)) continue;
    operations.push({ kind: 'restore', id: newId(), maskId: wanted.id });
    added.push(wanted);
  }
  for (const wanted of target.change) {
    const now = document.get(wanted.id);
    if (now === undefined) continue;
    const [to, asked] = morph(now, wanted, newId);
    if (asked.length === 0) continue;
    operations.push(...asked);
    updated.push([now, to]);
  }
  const diff = { added, updated, removed };
  return isEmpty(diff) ? null : { label, diff, operations };
}

/** The operations that make `now` be what `wanted` was, each field by its own. */
function morph(now: MaskRecord, wanted: MaskRecord, newId: () => string): [MaskRecord, MaskOperationInput[]] {
  const maskId = now.id;
  const operations: MaskOperationInput[] = [];
  let headId = now.headId;
  if (now.pixelsId !== wanted.pixelsId) {
    const id = newId();
    operations.push({ kind: 'revert', id, maskId, baseRevisionId: headId, toRevisionId: wanted.pixelsId });
    headId = id;
  }
  if (now.classId !== wanted.classId) {
    operations.push({ kind: 'setClass', id: newId(), maskId, classId: wanted.classId });
  }
  if (now.parentId !== wanted.parentId) {
    operations.push({ kind: 'setParent', id: newId(), maskId, parentId: wanted.parentId });
  }
  if (now.zIndex !== wanted.zIndex) {
    operations.push({ kind: 'setOrder', id: newId(), maskId, zIndex: wanted.zIndex });
  }
  return [{ ...wanted, headId, branchRevisionId: now.branchRevisionId }, operations];
}
