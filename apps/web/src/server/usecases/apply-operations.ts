import 'server-only';
import { type Db, events, inTransaction, masks } from '@maskloop/db';
import {
  type MaskOperation,
  type MaskRevisionSummary,
  type OperationAnswer,
  type OperationResult,
  originAfter,
  type Role,
  type Stage,
} from '@maskloop/domain';
import { compressCounts, parseRle, type Rle, rleArea, rleBox, rleIou, SamCoreError } from '@maskloop/sam-core';

/** Where and by whom the operations are made; `image` is the size after orientation. */
export interface OperationScope {
  readonly image: { readonly id: string; readonly width: number; readonly height: number };
  readonly projectId: string;
  readonly stage: Stage;
  readonly userId: string;
  readonly role: Role;
  readonly tabId: string | null;
}

/** A mask as it stands while this transaction holds its row. */
type LockedMask = NonNullable<Awaited<ReturnType<typeof masks.lock>>>;

/**
 * Applies what an editor did, in order, each in a transaction of its own: one that is refused holds up none of
 * the others, and one that was applied before is answered as it was then (SV1).
 */
export async function applyOperations(
  db: Db,
  scope: OperationScope,
  operations: readonly MaskOperation[],
): Promise<OperationAnswer[]> {
  const answers: OperationAnswer[] = [];
  for (const operation of operations) answers.push(await applyOnce(db, scope, operation));
  if (answers.some((answer) => !answer.repeated && answer.result.status !== 'refused')) {
    await events.publish(db, scope.projectId, {
      type: 'masks.changed',
      imageId: scope.image.id,
      byUserId: scope.userId,
      tabId: scope.tabId,
    });
  }
  return answers;
}

async function applyOnce(db: Db, scope: OperationScope, operation: MaskOperation): Promise<OperationAnswer> {
  return inTransaction(db, async (tx) => {
    // taken before the look-up: the same operation sent twice at once waits here and then finds the first
    const mask = await masks.lock(tx, operation.maskId);
    const earlier = await masks.findOperation(tx, operation.id);
    if (earlier) {
      if (earlier.userId !== scope.userId) return answer(refused('FORBIDDEN', 'This id is taken.'));
      return { id: operation.id, repeated: true, result: earlier.result };
    }
    if (mask && mask.imageId !== scope.image.id) {
      return answer(refused('NOT_FOUND', 'There is no such mask in this image.'));
    }
    const result = await apply(tx, scope, mask, operation);
    if (result.status !== 'refused') {
      await masks.recordOperation(tx, {
        id: operation.id,
        imageId: scope.image.id,
        maskId: operation.maskId,
        userId: scope.userId,
        kind: operation.kind,
        detail: withoutPixels(operation),
        result,
      });
    }
    return answer(result);
  });

  function answer(result: OperationResult): OperationAnswer {
    return { id: operation.id, repeated: false, result };
  }
}

async function apply(
  tx: Db,
  scope: OperationScope,
  mask: LockedMask | null,
  operation: MaskOperation,
): Promise<OperationResult> {
  if (operation.kind === 'revise') return revise(tx, scope, mask, operation);
  if (!mask) return refused('NOT_FOUND', 'There is no such mask in this image.');
  const author = { userId: scope.userId };
  switch (operation.kind) {
    case 'accept':
      return accept(tx, scope, mask, operation);
    case 'revert':
      return revert(tx, scope, mask, operation);
    case 'setClass':
      if (operation.classId && !(await masks.classInProject(tx, operation.classId, scope.projectId))) {
        return refused('NOT_FOUND', 'There is no such class in this project.');
      }
      await masks.setClass(tx, mask.id, operation.classId);
      return applied(null);
    case 'setParent': {
      const problem = await parentProblem(tx, mask.id, scope.image.id, operation.parentId);
      if (problem) return refused('INVALID_INPUT', problem);
      await masks.setParent(tx, mask.id, operation.parentId);
      return applied(null);
    }
    case 'setOrder':
      await masks.setOrder(tx, mask.id, operation.zIndex);
      return applied(null);
    case 'remove':
      await masks.remove(tx, mask.id, author.userId);
      return applied(null);
    case 'restore':
      await masks.restore(tx, mask.id);
      return applied(null);
    default:
      return operation satisfies never;
  }
}

async function revise(
  tx: Db,
  scope: OperationScope,
  mask: LockedMask | null,
  operation: Extract<MaskOperation, { kind: 'revise' }>,
): Promise<OperationResult> {
  const pixels = readPixels(operation.counts, scope.image);
  if ('problem' in pixels) return refused('INVALID_INPUT', pixels.problem);
  if (operation.modelVersionId && !(await masks.modelExists(tx, operation.modelVersionId))) {
    return refused('NOT_FOUND', 'modelVersionId names no model version.');
  }
  if (operation.edit === 'prompt' && (!operation.modelVersionId || operation.prompts.length === 0)) {
    return refused('INVALID_INPUT', 'A prompted revision names its model version and its prompts.');
  }

  if (!mask) {
    if (operation.baseRevisionId) return refused('NOT_FOUND', 'There is no such mask in this image.');
    const origin = originAfter(null, operation.edit);
    if (!origin) return refused('FORBIDDEN_EDIT', `A new mask cannot come from "${operation.edit}".`);
    if (operation.classId && !(await masks.classInProject(tx, operation.classId, scope.projectId))) {
      return refused('NOT_FOUND', 'There is no such class in this project.');
    }
    const problem = await parentProblem(tx, operation.maskId, scope.image.id, operation.parentId);
    if (problem) return refused('INVALID_INPUT', problem);
    await masks.create(tx, {
      id: operation.maskId,
      imageId: scope.image.id,
      classId: operation.classId,
      parentId: operation.parentId,
      stage: scope.stage,
      origin,
      createdById: scope.userId,
    });
    const revision = await append(tx, scope, operation, pixels, {
      base: null,
      seq: 1,
      origin,
      branch: false,
      iouWithParent: null,
      iouWithProposal: null,
    });
    return applied(revision);
  }

  const base = operation.baseRevisionId
    ? await masks.revisionOf(tx, mask.id, operation.baseRevisionId)
    : null;
  if (!base) return refused('NOT_FOUND', 'baseRevisionId names no revision of this mask.');
  const origin = originAfter(base.origin, operation.edit);
  if (!origin) {
    return refused('FORBIDDEN_EDIT', `"${operation.edit}" cannot follow a mask that is "${base.origin}".`);
  }
  // SV2: a stale write, or one on a mask that somebody removed meanwhile, is kept beside the history
  const branch = base.id !== mask.headRevisionId || mask.removedAt !== null;
  const proposal = await masks.proposalOf(tx, mask.id);
  const revision = await append(tx, scope, operation, pixels, {
    base: base.id,
    seq: mask.lastSeq + 1,
    origin,
    branch,
    iouWithParent: iouWith(base.counts, pixels.rle),
    iouWithProposal: proposal ? iouWith(proposal.counts, pixels.rle) : null,
  });
  if (!branch) return applied(revision);
  const head = await masks.headSummary(tx, mask.id);
  return head ? { status: 'branched', revisionId: revision.id, head } : applied(revision);
}

async function accept(
  tx: Db,
  scope: OperationScope,
  mask: LockedMask,
  operation: Extract<MaskOperation, { kind: 'accept' }>,
): Promise<OperationResult> {
  const head = await masks.revisionOf(tx, mask.id, operation.baseRevisionId);
  if (!head || head.id !== mask.headRevisionId) {
    return refused('REVISION_CONFLICT', 'The mask changed meanwhile; look at it again before accepting it.');
  }
  const origin = originAfter(head.origin, 'accept');
  if (!origin) return refused('FORBIDDEN_EDIT', `A mask that is "${head.origin}" cannot be accepted.`);
  const proposal = await masks.proposalOf(tx, mask.id);
  const revision = await masks.appendRevision(tx, {
    ...masks.pixelsOf(head),
    id: operation.id,
    maskId: mask.id,
    imageId: scope.image.id,
    seq: mask.lastSeq + 1,
    parentRevisionId: head.id,
    branch: false,
    edit: 'accept',
    origin,
    stage: scope.stage,
    iouWithParent: 1,
    iouWithProposal: proposal ? 1 : null,
    activeMs: operation.activeMs,
    authorId: scope.userId,
  });
  return applied(revision);
}

async function revert(
  tx: Db,
  scope: OperationScope,
  mask: LockedMask,
  operation: Extract<MaskOperation, { kind: 'revert' }>,
): Promise<OperationResult> {
  const target = await masks.revisionOf(tx, mask.id, operation.toRevisionId);
  if (!target) return refused('NOT_FOUND', 'toRevisionId names no revision of this mask.');
  if (operation.baseRevisionId !== mask.headRevisionId) {
    return refused('REVISION_CONFLICT', 'The mask changed meanwhile; look at it again before going back.');
  }
  const head = await masks.revisionOf(tx, mask.id, operation.baseRevisionId);
  const proposal = await masks.proposalOf(tx, mask.id);
  const pixels = readPixels(target.counts, scope.image);
  if ('problem' in pixels) throw new Error(`revision ${target.id} holds bad pixels: ${pixels.problem}`);
  const revision = await masks.appendRevision(tx, {
    ...masks.pixelsOf(target),
    id: operation.id,
    maskId: mask.id,
    imageId: scope.image.id,
    seq: mask.lastSeq + 1,
    parentRevisionId: operation.baseRevisionId,
    branch: false,
    edit: 'revert',
    // PV5: takes over the named revision's origin with its pixels
    origin: target.origin,
    stage: scope.stage,
    iouWithParent: head ? iouWith(head.counts, pixels.rle) : null,
    iouWithProposal: proposal ? iouWith(proposal.counts, pixels.rle) : null,
    activeMs: 0,
    authorId: scope.userId,
  });
  return applied(revision);
}

function append(
  tx: Db,
  scope: OperationScope,
  operation: Extract<MaskOperation, { kind: 'revise' }>,
  pixels: ReadPixels,
  place: {
    base: string | null;
    seq: number;
    origin: Parameters<typeof masks.appendRevision>[1]['origin'];
    branch: boolean;
    iouWithParent: number | null;
    iouWithProposal: number | null;
  },
): Promise<MaskRevisionSummary> {
  return masks.appendRevision(tx, {
    id: operation.id,
    maskId: operation.maskId,
    imageId: scope.image.id,
    seq: place.seq,
    parentRevisionId: place.base,
    branch: place.branch,
    edit: operation.edit,
    origin: place.origin,
    stage: scope.stage,
    counts: pixels.counts,
    area: pixels.area,
    box: pixels.box,
    prompts: operation.prompts,
    promptCount: operation.prompts.length,
    modelVersionId: operation.modelVersionId,
    runId: null,
    predictedIou: operation.predictedIou,
    stability: operation.stability,
    iouWithParent: place.iouWithParent,
    iouWithProposal: place.iouWithProposal,
    activeMs: operation.activeMs,
    authorId: scope.userId,
  });
}

interface ReadPixels {
  readonly rle: Rle;
  /** written again from the parsed runs, so that equal masks have equal codes */
  readonly counts: string;
  readonly area: number;
  readonly box: { x: number; y: number; width: number; height: number };
}

/** SV3: run lengths from outside are believed only after they add up to the image and hold a pixel. */
function readPixels(
  counts: string,
  image: { readonly width: number; readonly height: number },
): ReadPixels | { problem: string } {
  try {
    const rle = parseRle({ size: [image.height, image.width], counts });
    const box = rleBox(rle);
    if (!box) return { problem: 'counts: the mask is empty' };
    return {
      rle,
      counts: compressCounts(rle.counts),
      area: rleArea(rle),
      box: { x: box.x0, y: box.y0, width: box.x1 - box.x0 + 1, height: box.y1 - box.y0 + 1 },
    };
  } catch (error) {
    if (error instanceof SamCoreError) return { problem: error.message };
    throw error;
  }
}

function iouWith(counts: string, other: Rle): number {
  return rleIou(parseRle({ size: [other.height, other.width], counts }), other);
}

/** MK1: parts nest inside one image and never in a circle. */
async function parentProblem(
  tx: Db,
  maskId: string,
  imageId: string,
  parentId: string | null,
): Promise<string | null> {
  if (!parentId) return null;
  if (parentId === maskId) return 'parentId: a mask cannot be a part of itself';
  const ancestors = await masks.ancestry(tx, parentId);
  if (ancestors.length === 0 || ancestors[0]?.imageId !== imageId) {
    return 'parentId names no mask of this image';
  }
  if (ancestors.some((ancestor) => ancestor.id === maskId)) return 'parentId: parts would nest in a circle';
  return null;
}

function applied(revision: MaskRevisionSummary | null): OperationResult {
  return { status: 'applied', revision };
}

function refused(code: string, message: string): OperationResult {
  return { status: 'refused', code, message };
}

/** What the record keeps of an operation: pixels and prompts stand in the revision. */
function withoutPixels(operation: MaskOperation): Record<string, unknown> {
  if (operation.kind !== 'revise') return { ...operation };
  const { counts: _counts, prompts: _prompts, ...rest } = operation;
  return rest;
}
