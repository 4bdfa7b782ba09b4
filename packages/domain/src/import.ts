import { z } from 'zod';
import type { ImageId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { CLASS_COLOURS, CLASS_KINDS, type ClassKind, type LabelClass, Name } from './project.ts';

/** File formats that masks can come in; each has one reader in the worker, tied to this union. */
export const IMPORT_FORMATS = [
  'coco',
  'coco-panoptic',
  'voc',
  'yolo-seg',
  'labelme',
  'label-studio',
  'cvat',
  'sa-1b',
  'label-maps',
] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** How far an import is: looked through, waiting for a decision, writing, ended. */
export const IMPORT_STATES = ['checking', 'ready', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** IM1: from which states each thing may be done. */
export const IMPORT_MOVES = {
  /** write, for the first time or again: what is there is left alone (IM4) */
  start: ['ready', 'failed', 'cancelled'],
  cancel: ['checking', 'running'],
  /** forget the file */
  remove: ['ready', 'failed', 'cancelled'],
} as const satisfies Record<string, readonly ImportState[]>;
export type ImportMove = keyof typeof IMPORT_MOVES;

export const mayImportMove = (state: ImportState, move: ImportMove): boolean =>
  (IMPORT_MOVES[move] as readonly ImportState[]).includes(state);

/** What cannot be used of an upload; the list is cut, the count is not. */
export interface ImportProblems {
  readonly total: number;
  readonly shown: readonly { readonly where: string; readonly message: string }[];
}

/** What a dry run found: nothing of it is written yet. */
export interface ImportCheck {
  readonly format: ImportFormat;
  /** pictures that the upload speaks of, and those of them that are in the project */
  readonly images: number;
  readonly matched: number;
  /** of pictures that are in the project */
  readonly masks: number;
  readonly boxes: number;
  /** by name, most frequent first; null: the file names no class */
  readonly classes: readonly {
    readonly name: string | null;
    readonly masks: number;
    readonly boxes: number;
    /** what the file says besides: the class of the file that it is a part of, and its kind; missing in older checks */
    readonly parent?: string | null;
    readonly kind?: ClassKind | null;
  }[];
  /** some masks come with scores of the model that made them */
  readonly scored: boolean;
  readonly problems: ImportProblems;
}

/** What an import wrote. */
export interface ImportReport {
  readonly images: number;
  readonly masks: number;
  /** boxes handed to the model */
  readonly boxes: number;
  /** left out because the plan says so */
  readonly skipped: number;
  readonly problems: ImportProblems;
}

/** Where a class of the file goes. */
export const ClassTarget = z.discriminatedUnion('to', [
  z.object({ to: z.literal('class'), classId: z.uuid() }),
  z.object({
    to: z.literal('new'),
    name: Name,
    colour: z.string().regex(/^#[0-9a-f]{6}$/i, 'colour must be #rrggbb'),
    kind: z.enum(CLASS_KINDS).default('thing'),
    /** a class of the file: whatever class that one becomes is the parent */
    parent: z.string().max(1_000).nullable().default(null),
  }),
  /** the masks come in without a class */
  z.object({ to: z.literal('none') }),
  /** the masks stay out */
  z.object({ to: z.literal('skip') }),
]);
export type ClassTarget = z.infer<typeof ClassTarget>;

/** What a lead decides after the dry run. */
export const ImportPlan = z
  .object({
    /** IM5: masks nobody of the project judged, or proposals of a model version */
    as: z.enum(['imported', 'proposed']).default('imported'),
    /** for proposals: whose they are */
    modelVersionId: z.uuid().nullable().default(null),
    /** by the file's name of the class */
    classes: z
      .array(z.object({ name: z.string().max(1_000).nullable(), target: ClassTarget }))
      .max(LIMITS.classesPerProject),
    /** IM6: boxes without a mask become prompts of the project's active model, or stay out */
    boxes: z.enum(['prompt', 'skip']).default('prompt'),
  })
  .refine((plan) => plan.as === 'imported' || plan.modelVersionId !== null, {
    message: 'proposals need the model version that made them',
    path: ['modelVersionId'],
  });
export type ImportPlan = z.infer<typeof ImportPlan>;

/** A box of a file on its way to the model, in pixels of its image; part of a job's payload. */
export const ImportedBox = z.object({
  /** place in the file, of which the mask's id is made */
  source: z.string(),
  classId: z.uuid().nullable(),
  x0: z.number(),
  y0: z.number(),
  x1: z.number(),
  y1: z.number(),
  score: z.number().min(0).max(1).nullable(),
});
export type ImportedBox = z.infer<typeof ImportedBox>;

/** How names of classes are compared: letter case and what separates words do not count. */
const folded = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

/** Names that stand for no class in common files, ours among them. */
const NO_CLASS = new Set(['unclassified', 'unlabeled', 'unlabelled', 'object']);

/**
 * What is proposed for each class of the file: the project's class of that name, else a new one, a part of what the file
 * says that it is a part of.
 */
export function suggestTargets(
  found: readonly Pick<ImportCheck['classes'][number], 'name' | 'parent' | 'kind'>[],
  classes: readonly LabelClass[],
): ImportPlan['classes'] {
  const known = new Map(classes.filter(({ deleted }) => !deleted).map(({ id, name }) => [folded(name), id]));
  let made = known.size;
  return found.map(({ name, parent, kind }) => {
    const classId = name === null ? undefined : known.get(folded(name));
    if (classId !== undefined) return { name, target: { to: 'class', classId } };
    if (name === null || NO_CLASS.has(folded(name))) return { name, target: { to: 'none' } };
    const colour = CLASS_COLOURS[made++ % CLASS_COLOURS.length] ?? '#888888';
    const short = name.trim().slice(0, LIMITS.nameLength);
    return {
      name,
      target: { to: 'new', name: short, colour, kind: kind ?? 'thing', parent: parent ?? null },
    };
  });
}

// ---- IM2: which picture a file means -------------------------------------------------------------------

/** An image of the project, as far as it can be recognised. */
export interface ImageKnown {
  readonly id: ImageId;
  readonly sha256: string;
  readonly name: string;
}

export interface ImageMeant {
  /** most exact first; may hold folders, may lack the ending */
  readonly names: readonly string[];
  readonly sha256?: string | undefined;
}

/** Found, not there, or more than one that fits equally well. */
export type ImageFound<I> = { readonly image: I } | { readonly problem: 'unknown' | 'ambiguous' };

/**
 * IM2: by the picture's bytes where the file states their hash, else by name: the file name must be the same (letter
 * case aside), with the ending where the file has one; of several, the one whose folders agree most.
 *
 * @param aliases other names under which an image may have left in an export
 */
export function imageFinder<I extends ImageKnown>(
  images: Iterable<I>,
  aliases: (image: I) => readonly string[] = () => [],
): (meant: ImageMeant) => ImageFound<I> {
  const bySha = new Map<string, I>();
  const byName = new Map<string, { image: I; path: string[] }[]>();
  const add = (key: string, entry: { image: I; path: string[] }): void => {
    const list = byName.get(key);
    if (list) list.push(entry);
    else byName.set(key, [entry]);
  };
  for (const image of images) {
    bySha.set(image.sha256, image);
    for (const name of new Set([image.name, ...aliases(image)])) {
      const path = pathOf(name);
      const own = path.at(-1) ?? '';
      add(own, { image, path });
      const stem = stemOf(own);
      if (stem !== own) add(stem, { image, path: [...path.slice(0, -1), stem] });
    }
  }
  return ({ names, sha256 }) => {
    const exact = sha256 === undefined ? undefined : bySha.get(sha256);
    if (exact) return { image: exact };
    for (const name of names) {
      const wanted = pathOf(name);
      const fitting = byName.get(wanted.at(-1) ?? '') ?? [];
      let best: I[] = [];
      let most = 0;
      for (const { image, path } of fitting) {
        const agree = commonTail(path, wanted);
        if (agree > most) [best, most] = [[image], agree];
        else if (agree === most && !best.includes(image)) best.push(image);
      }
      const [image, ...others] = best;
      if (image === undefined) continue;
      return others.length === 0 ? { image } : { problem: 'ambiguous' };
    }
    return { problem: 'unknown' };
  };
}

const pathOf = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..');

const stemOf = (name: string): string => name.replace(/\.[a-z0-9]{1,5}$/, '');

function commonTail(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
