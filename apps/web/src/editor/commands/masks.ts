import {
  type ClassId,
  type MaskBox,
  type MaskId,
  type ModelVersionId,
  originAfter,
  type PromptTrail,
  type RevisionId,
} from '@maskloop/domain';
import { applyDiff, type Diff, NO_CHANGE } from '../document/diff.ts';
import type { Change } from '../document/history.ts';
import type { MaskDocument, MaskRecord } from '../document/records.ts';

/** A mask's pixels and how they were made. */
export interface Pixels {
  /** COCO compressed counts */
  readonly counts: string;
  readonly area: number;
  readonly box: MaskBox;
  readonly edit: 'draw' | 'prompt';
  readonly prompts: PromptTrail;
  readonly modelVersionId: ModelVersionId | null;
  readonly predictedIou: number | null;
  readonly stability: number | null;
  /** active milliseconds, idle time cut */
  readonly activeMs: number;
}

/** A new mask. */
export function addMask(
  document: MaskDocument,
  args: {
    readonly maskId: MaskId;
    readonly revisionId: RevisionId;
    readonly pixels: Pixels;
    readonly classId: ClassId | null;
    readonly parentId: MaskId | null;
  },
): Change | null {
  const { maskId, revisionId, pixels, classId, parentId } = args;
  const origin = originAfter(null, pixels.edit);
  if (origin === null || pixels.area === 0) return null;
  const { edit: _edit, activeMs: _activeMs, ...kept } = pixels;
  const added: MaskRecord = {
    ...kept,
    id: maskId,
    classId,
    parentId,
    // as the server does: a new mask goes on top
    zIndex: Math.max(0, ...[...document.values()].map((each) => each.zIndex)) + 1,
    headId: revisionId,
    pixelsId: revisionId,
    origin,
    branchRevisionId: null,
  };
  return {
    label: 'add',
    diff: { ...NO_CHANGE, added: [added] },
    operations: [
      {
        kind: 'revise',
        id: revisionId,
        maskId,
        baseRevisionId: null,
        ...sent(pixels),
        classId,
        parentId,
      },
    ],
  };
}

/** New pixels for a mask. Erasing the last pixel removes the mask: an empty one may not exist. */
export function revisePixels(
  document: MaskDocument,
  args: { readonly maskId: MaskId; readonly revisionId: RevisionId; readonly pixels: Pixels },
): Change | null {
  const { maskId, revisionId, pixels } = args;
  const from = document.get(maskId);
  if (from === undefined) return null;
  if (pixels.area === 0) return removeMask(document, { maskId, operationId: revisionId });
  const origin = originAfter(from.origin, pixels.edit);
  if (origin === null || from.counts === pixels.counts) return null;
  const { edit: _edit, activeMs: _activeMs, ...kept } = pixels;
  // a stroke does not end the promptable life of a mask: its trail stays with the revision that has it
  const to: MaskRecord = { ...from, ...kept, headId: revisionId, pixelsId: revisionId, origin };
  return {
    label: 'revise',
    diff: { ...NO_CHANGE, updated: [[from, to]] },
    operations: [{ kind: 'revise', id: revisionId, maskId, baseRevisionId: from.headId, ...sent(pixels) }],
  };
}

/** Y: a proposal is right as it is. Only what nobody judged can be accepted. */
export function acceptMask(
  document: MaskDocument,
  args: { readonly maskId: MaskId; readonly revisionId: RevisionId; readonly activeMs: number },
): Change | null {
  const { maskId, revisionId, activeMs } = args;
  const from = document.get(maskId);
  const origin = from && originAfter(from.origin, 'accept');
  if (!from || !origin) return null;
  const to: MaskRecord = { ...from, headId: revisionId, pixelsId: revisionId, origin };
  return {
    label: 'accept',
    diff: { ...NO_CHANGE, updated: [[from, to]] },
    operations: [{ kind: 'accept', id: revisionId, maskId, baseRevisionId: from.headId, activeMs }],
  };
}

/** Removes a mask; for a proposal that is the rejection, which counts. */
export function removeMask(
  document: MaskDocument,
  args: { readonly maskId: MaskId; readonly operationId: string },
): Change | null {
  const from = document.get(args.maskId);
  if (from === undefined) return null;
  return {
    label: from.origin === 'proposed' ? 'reject' : 'remove',
    diff: { ...NO_CHANGE, removed: [from] },
    operations: [{ kind: 'remove', id: args.operationId, maskId: args.maskId }],
  };
}

/** Y for many at once: one step to undo. Those that are judged already are left alone. */
export function acceptMasks(
  document: MaskDocument,
  args: {
    readonly accepted: readonly { readonly maskId: MaskId; readonly revisionId: RevisionId }[];
    /** spent on all of them together */
    readonly activeMs: number;
  },
): Change | null {
  const activeMs = Math.floor(args.activeMs / Math.max(1, args.accepted.length));
  return together(
    document,
    args.accepted.map((each) => (now) => acceptMask(now, { ...each, activeMs })),
  );
}

/** U for many at once: one step to undo. */
export function removeMasks(
  document: MaskDocument,
  args: { readonly removed: readonly { readonly maskId: MaskId; readonly operationId: string }[] },
): Change | null {
  return together(
    document,
    args.removed.map((each) => (now) => removeMask(now, each)),
  );
}

/** Several changes as one, each on what the one before left; null when none of them changes anything. */
function together(
  document: MaskDocument,
  steps: readonly ((document: MaskDocument) => Change | null)[],
): Change | null {
  let now = document;
  const changes: Change[] = [];
  for (const step of steps) {
    const change = step(now);
    if (change === null) continue;
    now = applyDiff(now, change.diff);
    changes.push(change);
  }
  const [first] = changes;
  if (first === undefined) return null;
  const diff: Diff = {
    added: changes.flatMap((change) => change.diff.added),
    updated: changes.flatMap((change) => change.diff.updated),
    removed: changes.flatMap((change) => change.diff.removed),
  };
  return { label: first.label, diff, operations: changes.flatMap((change) => change.operations) };
}

export function setClass(
  document: MaskDocument,
  args: { readonly maskId: MaskId; readonly operationId: string; readonly classId: ClassId | null },
): Change | null {
  const from = document.get(args.maskId);
  if (from === undefined || from.classId === args.classId) return null;
  return {
    label: 'class',
    diff: { ...NO_CHANGE, updated: [[from, { ...from, classId: args.classId }]] },
    operations: [{ kind: 'setClass', id: args.operationId, maskId: args.maskId, classId: args.classId }],
  };
}

/** One class for many at once: one step to undo. */
export function setClasses(
  document: MaskDocument,
  args: {
    readonly classed: readonly { readonly maskId: MaskId; readonly operationId: string }[];
    readonly classId: ClassId | null;
  },
): Change | null {
  return together(
    document,
    args.classed.map((each) => (now) => setClass(now, { ...each, classId: args.classId })),
  );
}

export function setOrder(
  document: MaskDocument,
  args: { readonly maskId: MaskId; readonly operationId: string; readonly zIndex: number },
): Change | null {
  const from = document.get(args.maskId);
  if (from === undefined || from.zIndex === args.zIndex) return null;
  return {
    label: 'order',
    diff: { ...NO_CHANGE, updated: [[from, { ...from, zIndex: args.zIndex }]] },
    operations: [{ kind: 'setOrder', id: args.operationId, maskId: args.maskId, zIndex: args.zIndex }],
  };
}

/** Returns to an earlier revision, whose pixels the caller has fetched. It takes over that one's origin. */
export function revertTo(
  document: MaskDocument,
  args: {
    readonly maskId: MaskId;
    readonly revisionId: RevisionId;
    readonly target: Pick<
      MaskRecord,
      | 'pixelsId'
      | 'origin'
      | 'counts'
      | 'area'
      | 'box'
      | 'prompts'
      | 'modelVersionId'
      | 'predictedIou'
      | 'stability'
    >;
  },
): Change | null {
  const { maskId, revisionId, target } = args;
  const from = document.get(maskId);
  if (from === undefined || from.pixelsId === target.pixelsId) return null;
  const to: MaskRecord = { ...from, ...target, headId: revisionId, branchRevisionId: null };
  return {
    label: 'revert',
    diff: { ...NO_CHANGE, updated: [[from, to]] },
    operations: [
      {
        kind: 'revert',
        id: revisionId,
        maskId,
        baseRevisionId: from.headId,
        toRevisionId: target.pixelsId,
      },
    ],
  };
}

/** The part of `revise` that is about pixels; box and area are the server's to compute. */
function sent(pixels: Pixels) {
  const { box: _box, area: _area, ...rest } = pixels;
  return rest;
}
