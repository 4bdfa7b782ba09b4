import type { Split } from '@maskloop/domain';

/** Where the annotations of a split lie in the archive, as users of COCO expect. */
export const instancesPath = (split: Split): string => `annotations/instances_${split}.json`;

/** An annotation as it is written; one line of the file. */
export interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly segmentation: { readonly size: readonly [number, number]; readonly counts: string };
  /** pixels */
  readonly area: number;
  /** left, top, width, height in pixels */
  readonly bbox: readonly [number, number, number, number];
  readonly iscrowd: 0;
  readonly mask_id: string;
  readonly revision_id: string;
  readonly parent_mask_id: string | null;
}
