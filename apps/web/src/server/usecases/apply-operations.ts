import 'server-only';
import { classes, type Db, type DbClient, inTransaction, masks, models, proposals } from '@maskloop/db';
import {
  countPrompts,
  type MaskOperation,
  type MaskRevisionSummary,
  type OperationAnswer,
  type OperationResult,
  type Origin,
  originAfter,
  type PromptTrail,
  type Stage,
  trailFault,
} from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import {
  compressCounts,
  parseRle,
  type Rle,
  rleArea,
  rleBox,
  rleIou,
  SamCoreError,
} from '@maskloop/sam-core';

/** Where and by whom the operations are made; `image` is the size after orientation. */
export interface OperationScope {
  readonly image: { readonly id: string; readonly width: number; readonly height: number };
  readonly projectId: string;
  readonly stage: Stage;
  readonly userId: string;
  readonly tabId: string | null;
}

/**
 * Applies what an editor did, in order, each in a transaction of its own: one that is refused holds up none of
 * the others, and one that was applied before is answered as it was then (SV1).
 */
export async function applyOperations(
  db: DbClient,
  scope: OperationScope,
  operations: readonly MaskOperation[],
): Promise<OperationAnswer[]> {
  const answers: OperationAnswer[] = [];
  for (const operation of operations) answers.push(await applyOnce(db, scope, operation));
  if (answers.some((answer) => !answer.repeated && answer.result.status !== 'refused')) {
    await publish(db, scope.projectId, {
      type: 'masks.changed',
      imageId: scope.image.id,
      byUserId: scope.userId,
      tabId: scope.tabId,
    });
  }
  return answers;
}

async function applyOnce(
  db: DbClient,
  scope: OperationScope,
  operation: MaskOperation,
): Promise<OperationAnswer> {
  return inTransaction(db, async (tx) => {
    // taken before the look-up: the same operation sent twice at once waits here and then finds the first
    const locked = await masks.lockHead(tx, operation.maskId);
    const earlier = (await masks.findOperations(tx, [operation.id])).get(operation.id);
    if (earlier) {
      if (earlier.userId !== scope.userId) return answer(refused('FORBIDDEN', 'This id is taken.'));
      return { id: operation.id, repeated: true, result: earlier.result };
    }
    if (locked && locked.imageId !== scope.image.id) {
      return answer(refused('NOT_FOUND', 'There is no such mask in this image.'));
    }
    const mask = locked && (await withoutWithdrawal(tx, locked));
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

/** RN2: what a person works on is touched: a proposal that a run took away meanwhile is there again. */
async function withoutWithdrawal(tx: Db, mask: masks.LockedMask): Promise<masks.LockedMask> {
  if (mask.withdrawnByRunId === null) return mask;
  await proposals.bringBack(tx, [mask.id]);
  return { ...mask, removedAt: null, withdrawnByRunId: null };
}

async function apply(
  tx: Db,
  scope: OperationScope,
  mask: masks.LockedMask | null,
  operation: MaskOperation,
): Promise<OperationResult> {
  if (operation.kind === 'revise') return revise(tx, scope, mask, operation);
  if (!mask) return refused('NOT_FOUND', 'There is no such mask in this image.');
  switch (operation.kind) {
    case 'accept':
      return accept(tx, scope, mask, operation);
    case 'revert':
      return revert(tx, scope, mask, operation);
    case 'setClass':
      if (operation.classId && !(await isClassOf(tx, operation.classId, scope.projectId))) {
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
      await masks.remove(tx, mask.id, scope.userId);
      return applied(null);
    case 'restore':
      if (!(await masks.restore(tx, mask.id)) && mask.removedAt !== null) {
        return refused('INVALID_TRANSITION', 'This was a planted proposal, and is taken out for good.');
      }
      return applied(null);
    default:
      return operation satisfies never;
  }
}

async function revise(
  tx: Db,
  scope: OperationScope,
  mask: masks.LockedMask | null,
  operation: Extract<MaskOperation, { kind: 'revise' }>,
): Promise<OperationResult> {
  const pixels = readPixels(operation.counts, scope.image);
  if ('problem' in pixels) return refused('INVALID_INPUT', pixels.problem);
  if (operation.modelVersionId && !(await models.get(tx, operation.modelVersionId))) {
    return refused('NOT_FOUND', 'modelVersionId names no model version.');
  }
  const base = mask && (await revisionOf(tx, mask.id, operation.baseRevisionId));
  if (mask && !base) return refused('NOT_FOUND', 'baseRevisionId names no revision of this mask.');
  if (!mask && operation.baseRevisionId) return refused('NOT_FOUND', 'There is no such mask in this image.');
  const fault = await faultOf(tx, scope, mask, operation.prompts);
  if (fault) return refused('INVALID_INPUT', `prompts.${fault}`);
  if (operation.edit === 'prompt' && (!operation.modelVersionId || operation.prompts.length === 0)) {
    return refused('INVALID_INPUT', 'A prompted revision names its model version and its prompts.');
  }

  if (!mask || !base) {
    const origin = originAfter(null, operation.edit);
    if (!origin) return refused('FORBIDDEN_EDIT', `A new mask cannot come from "${operation.edit}".`);
    if (operation.classId && !(await isClassOf(tx, operation.classId, scope.projectId))) {
      return refused('NOT_FOUND', 'There is no such class in this project.');
    }
    const problem = await parentProblem(tx, operation.maskId, scope.image.id, operation.parentId);
    if (problem) return refused('INVALID_INPUT', problem);
    await masks.createMask(tx, {
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

  const { origin: before } = base.summary;
  const origin = originAfter(before, operation.edit);
  if (!origin) {
    return refused('FORBIDDEN_EDIT', `"${operation.edit}" cannot follow a mask that is "${before}".`);
  }
  // SV2: a stale write, or one on a mask that somebody removed meanwhile, is kept beside the history
  const branch = base.summary.id !== mask.head?.id || mask.removedAt !== null;
  const proposal = await masks.proposalOf(tx, mask.id);
  const revision = await append(tx, scope, operation, pixels, {
    base: base.summary.id,
    seq: mask.lastSeq + 1,
    origin,
    branch,
    iouWithParent: iouWith(base.counts, pixels.rle),
    iouWithProposal: proposal ? iouWith(proposal.counts, pixels.rle) : null,
  });
  if (!branch || !mask.head) return applied(revision);
  const head = await revisionOf(tx, mask.id, mask.head.id);
  return head ? { status: 'branched', revisionId: revision.id, head: head.summary } : applied(revision);
}

/** CU1, CU3. What the mask was before is looked up only for a trail that begins with it. */
async function faultOf(
  tx: Db,
  { image }: OperationScope,
  mask: masks.LockedMask | null,
  prompts: PromptTrail,
): Promise<string | null> {
  const history = mask && prompts[0]?.feedback ? await masks.history(tx, mask.id) : [];
  return trailFault(prompts, { picture: image, earlier: history.map(({ box }) => box) });
}

async function accept(
  tx: Db,
  scope: OperationScope,
  mask: masks.LockedMask,
  operation: Extract<MaskOperation, { kind: 'accept' }>,
): Promise<OperationResult> {
  const head = await revisionOf(tx, mask.id, operation.baseRevisionId);
  if (!head || head.summary.id !== mask.head?.id || mask.removedAt) {
    return refused('REVISION_CONFLICT', 'The mask changed meanwhile; look at it again before accepting it.');
  }
  const origin = originAfter(head.summary.origin, 'accept');
  if (!origin) {
    return refused('FORBIDDEN_EDIT', `A mask that is "${head.summary.origin}" cannot be accepted.`);
  }
  const proposal = await masks.proposalOf(tx, mask.id);
  return applied(
    await masks.appendRevision(tx, {
      ...takenOver(head),
      id: operation.id,
      maskId: mask.id,
      imageId: scope.image.id,
      seq: mask.lastSeq + 1,
      parentRevisionId: head.summary.id,
      edit: 'accept',
      origin,
      stage: scope.stage,
      iouWithParent: 1,
      iouWithProposal: proposal ? 1 : null,
      activeMs: operation.activeMs,
      authorId: scope.userId,
    }),
  );
}

async function revert(
  tx: Db,
  scope: OperationScope,
  mask: masks.LockedMask,
  operation: Extract<MaskOperation, { kind: 'revert' }>,
): Promise<OperationResult> {
  const target = await revisionOf(tx, mask.id, operation.toRevisionId);
  if (!target) return refused('NOT_FOUND', 'toRevisionId names no revision of this mask.');
  if (!mask.head || operation.baseRevisionId !== mask.head.id || mask.removedAt) {
    return refused('REVISION_CONFLICT', 'The mask changed meanwhile; look at it again before going back.');
  }
  const proposal = await masks.proposalOf(tx, mask.id);
  const rle = parseRle({ size: [scope.image.height, scope.image.width], counts: target.counts });
  return applied(
    await masks.appendRevision(tx, {
      ...takenOver(target),
      id: operation.id,
      maskId: mask.id,
      imageId: scope.image.id,
      seq: mask.lastSeq + 1,
      parentRevisionId: mask.head.id,
      edit: 'revert',
      // PV5: takes over the named revision's origin with its pixels
      origin: target.summary.origin,
      stage: scope.stage,
      iouWithParent: iouWith(mask.head.counts, rle),
      iouWithProposal: proposal ? iouWith(proposal.counts, rle) : null,
      activeMs: 0,
      authorId: scope.userId,
    }),
  );
}

/** A revision of this mask with its pixels; null for one of another mask. */
async function revisionOf(
  tx: Db,
  maskId: string,
  revisionId: string | null,
): Promise<masks.RevisionWithPixels | null> {
  const revision = revisionId ? await masks.revision(tx, revisionId) : null;
  return revision?.maskId === maskId ? revision : null;
}

/** The pixels of a revision and what is known of how a model made them. */
function takenOver({ summary, counts, prompts }: masks.RevisionWithPixels) {
  return {
    counts,
    area: summary.area,
    box: summary.box,
    prompts,
    promptCount: summary.promptCount,
    modelVersionId: summary.modelVersionId,
    predictedIou: summary.predictedIou,
    stability: summary.stability,
  };
}

async function isClassOf(tx: Db, classId: string, projectId: string): Promise<boolean> {
  return (await classes.get(tx, classId))?.projectId === projectId;
}

function append(
  tx: Db,
  scope: OperationScope,
  operation: Extract<MaskOperation, { kind: 'revise' }>,
  pixels: ReadPixels,
  place: {
    base: string | null;
    seq: number;
    origin: Origin;
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
    promptCount: countPrompts(operation.prompts),
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
      box: { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 },
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
  if ((await masks.placeOf(tx, parentId))?.imageId !== imageId) return 'parentId names no mask of this image';
  return (await masks.isWithin(tx, parentId, maskId)) ? 'parentId: parts would nest in a circle' : null;
}

function applied(revision: MaskRevisionSummary | null): OperationResult {
  return { status: 'applied', revision };
}

function refused(code: string, message: string): OperationResult {
  return { status: 'refused', code, message };
}

/** What the record keeps of an operation: pixels and prompts stand in the revision. */
function withoutPixels(operation: MaskOperation): Record<string, string | number | null> {
  if (operation.kind !== 'revise') return { ...operation };
  const { counts: _counts, prompts: _prompts, ...rest } = operation;
  return rest;
}
