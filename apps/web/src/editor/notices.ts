import type { MaskId } from '@maskloop/domain';

/** Everything the editor may have to say; the texts are in the catalogues under `notice-…`. */
export const NOTICE_TEXTS = [
  'first-foreground',
  'outside-close-up',
  'zoom-in-first',
  'nothing-to-erase',
  'too-many-prompts',
  'decode-failed',
  'commit-failed',
  'empty-mask',
  'refused',
  'branched',
  'branch-waits',
  'not-kept',
  'reprompt-failed',
  'changed-elsewhere',
  'submit-failed',
  'skip-failed',
  'resolve-failed',
  'last-image',
  'restored-draft',
  'all-covered',
  'all-judged',
  'nothing-to-refine',
  'duplicate',
  'planted',
] as const;
export type NoticeText = (typeof NOTICE_TEXTS)[number];

/** Something to tell the person, until they dismiss it. */
export interface Notice {
  readonly id: string;
  readonly text: NoticeText;
  readonly values: Readonly<Record<string, string | number>>;
  /** the mask it is about */
  readonly maskId: MaskId | null;
}

export const NO_NOTICES: readonly Notice[] = [];
