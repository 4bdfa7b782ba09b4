import type {
  ClassId,
  MaskBox,
  MaskForEditor,
  MaskId,
  ModelVersionId,
  Origin,
  PromptTrail,
  RevisionId,
} from '@maskloop/domain';

/** One mask as the editor holds it: what it is now, and which revision that is. */
export interface MaskRecord {
  readonly id: MaskId;
  readonly classId: ClassId | null;
  readonly parentId: MaskId | null;
  readonly zIndex: number;
  /** newest revision: what the next change is based on */
  readonly headId: RevisionId;
  /** the revision these pixels came with; differs from the head after an undo, and is what a later undo names */
  readonly pixelsId: RevisionId;
  readonly origin: Origin;
  /** COCO compressed counts, image size */
  readonly counts: string;
  /** pixels */
  readonly area: number;
  readonly box: MaskBox;
  readonly prompts: PromptTrail;
  readonly modelVersionId: ModelVersionId | null;
  readonly predictedIou: number | null;
  readonly stability: number | null;
  /** a version of this mask that lost a race and waits to be kept or dropped */
  readonly branchRevisionId: RevisionId | null;
}

/** All masks of one image by id. */
export type MaskDocument = ReadonlyMap<MaskId, MaskRecord>;

/** A mask as the server sent it. */
export function recordFrom(mask: MaskForEditor): MaskRecord {
  const { head } = mask;
  return {
    id: mask.id,
    classId: mask.classId,
    parentId: mask.parentId,
    zIndex: mask.zIndex,
    headId: head.id,
    pixelsId: head.id,
    origin: head.origin,
    counts: mask.counts,
    area: head.area,
    box: head.box,
    prompts: mask.prompts,
    modelVersionId: head.modelVersionId,
    predictedIou: head.predictedIou,
    stability: head.stability,
    branchRevisionId: mask.branchRevisionId,
  };
}

/** Nobody has judged it yet: drawn hatched, and Y and U apply to it. */
export function isUnjudged(record: MaskRecord): boolean {
  return record.origin === 'proposed' || record.origin === 'imported';
}

/**
 * From bottom to top: large below small, so that a part lies on its whole and both can be seen and hit, whichever
 * was made first. Z-order decides among equals, the id makes the order total.
 */
export function byPaintOrder(a: MaskRecord, b: MaskRecord): number {
  return b.area - a.area || a.zIndex - b.zIndex || (a.id < b.id ? -1 : 1);
}

/** Newest first: ids rise with time. */
export function byAge(a: MaskRecord, b: MaskRecord): number {
  return a.id < b.id ? 1 : -1;
}
