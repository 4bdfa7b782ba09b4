import type { ExportItem } from '@maskloop/db';
import type { Role, Split } from '@maskloop/domain';

/** Where a mask stands in the export. */
export interface Place {
  readonly annotationId: number;
  readonly imageId: number;
  readonly fileName: string;
  readonly split: Split;
}

/**
 * One line of `provenance.jsonl`: how the mask came about, in full, so that training can replay the prompts and weigh
 * the origins. People appear by role, never by name.
 */
export function provenanceOf(
  item: ExportItem,
  { annotationId, imageId, fileName, split }: Place,
  { role, category }: { role: Role | null; category: string | null },
): object {
  return {
    annotation_id: annotationId,
    image_id: imageId,
    file_name: fileName,
    split,
    mask_id: item.maskId,
    revision_id: item.revisionId,
    revision: item.seq,
    parent_revision_id: item.parentRevisionId,
    parent_mask_id: item.parentMaskId,
    category,
    stage: item.stage,
    origin: item.origin,
    edit: item.edit,
    /** in order; image pixels */
    prompts: item.prompts,
    prompt_count: item.promptCount,
    model:
      item.model === null
        ? null
        : {
            name: item.model.name,
            encoder_sha256: item.model.encoderSha256,
            decoder_sha256: item.model.decoderSha256,
          },
    predicted_iou: item.predictedIou,
    stability: item.stability,
    iou_with_parent: item.iouWithParent,
    iou_with_proposal: item.iouWithProposal,
    /** active, idle time cut */
    seconds: item.activeMs / 1_000,
    author_role: item.author === null ? null : (role ?? 'former member'),
    created_at: item.createdAt.toISOString(),
  };
}
