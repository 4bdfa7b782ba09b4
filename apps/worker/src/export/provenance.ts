import type { Output, Picture, ReadyMask } from './format.ts';

/** The class's name; null: the mask has none. */
export const categoryOf = ({ class: { classId, name } }: ReadyMask): string | null =>
  classId === null ? null : name;

/**
 * One line of `provenance.jsonl`: how the mask came about, in full, so that training can replay the prompts and weigh
 * the origins. People appear by role, never by name.
 */
export function provenanceOf(mask: ReadyMask, picture: Picture, { roleOf }: Pick<Output, 'roleOf'>) {
  const { item } = mask;
  return {
    annotation_id: mask.id,
    image_id: picture.id,
    file_name: picture.fileName,
    split: picture.split,
    mask_id: item.maskId,
    revision_id: item.revisionId,
    revision: item.seq,
    parent_revision_id: item.parentRevisionId,
    parent_mask_id: item.parentMaskId,
    category: categoryOf(mask),
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
    author_role: item.author === null ? null : (roleOf(item.author.id) ?? 'former member'),
    created_at: item.createdAt.toISOString(),
  };
}
