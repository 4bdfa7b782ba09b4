import { z } from 'zod';
import { DoubleLabelShare } from './double-labeling.ts';
import type { ClassId, ModelVersionId, ProjectId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { LintPolicy } from './lint-policy.ts';
import { type Stage, StageGates } from './stage.ts';

export const CLASS_KINDS = ['thing', 'stuff'] as const;
export type ClassKind = (typeof CLASS_KINDS)[number];

export const Name = z.string().trim().min(1).max(LIMITS.nameLength);
export const Fraction = z.number().min(0).max(1);

const classFields = {
  name: Name,
  /** #rrggbb */
  colour: z.string().regex(/^#[0-9a-f]{6}$/i, 'colour must be #rrggbb'),
  kind: z.enum(CLASS_KINDS),
  parentId: z.uuid().nullable(),
};

/** What a person gives to make a label class. */
export const LabelClassInput = z.object({
  ...classFields,
  kind: classFields.kind.default('thing'),
  parentId: classFields.parentId.default(null),
});
export type LabelClassInput = z.infer<typeof LabelClassInput>;

/** What a person gives to change one; fields left out stay (so no defaults here). */
export const LabelClassPatch = z.object(classFields).partial();

export interface LabelClass {
  readonly id: ClassId;
  /** 1-based place in the list; the first ten have the keys 1-9 and 0 */
  readonly index: number;
  readonly name: string;
  readonly colour: string;
  readonly kind: ClassKind;
  readonly parentId: ClassId | null;
  /** soft: masks that name it keep working */
  readonly deleted: boolean;
}

const projectFields = {
  name: Name,
  /** Markdown */
  guide: z.string().max(LIMITS.guideLength),
  confidentIou: Fraction,
  confidentStability: Fraction,
};

/** What a person gives to make a project. */
export const ProjectInput = z.object({
  ...projectFields,
  guide: projectFields.guide.default(''),
  /** thresholds left out are those that suit the model */
  confidentIou: projectFields.confidentIou.optional(),
  confidentStability: projectFields.confidentStability.optional(),
});
export type ProjectInput = z.infer<typeof ProjectInput>;

/**
 * AS7: in which order images of one priority are handed out. Random is the same for everybody in a project, and stays
 * so when images are added.
 */
export const WORK_ORDERS = ['uncertainty', 'newest', 'name', 'random'] as const;
export type WorkOrder = (typeof WORK_ORDERS)[number];

/** PP1: share of what annotators are shown as proposals that is planted; 0: none. */
const PlantedShare = z.number().min(0).max(LIMITS.plantedShare);

/** What a lead decides besides; kept as JSON, so that a new setting needs no migration. `{}` gives the defaults. */
export const ProjectSettings = z.object({
  gates: StageGates.prefault({}),
  lint: LintPolicy.prefault({}),
  workOrder: z.enum(WORK_ORDERS).default('uncertainty'),
  plantedShare: PlantedShare.default(0),
  /** DL1; 0: no image is labeled twice */
  doubleLabelShare: DoubleLabelShare.default(0),
});
export type ProjectSettings = z.infer<typeof ProjectSettings>;

/** What a person gives to change one; fields left out stay (so no defaults here). */
export const ProjectPatch = z
  .object({
    ...projectFields,
    gates: StageGates,
    workOrder: z.enum(WORK_ORDERS),
    plantedShare: PlantedShare,
    doubleLabelShare: DoubleLabelShare,
  })
  .partial();
export type ProjectPatch = z.infer<typeof ProjectPatch>;

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly guide: string;
  readonly stage: Stage;
  readonly activeModelVersionId: ModelVersionId | null;
  readonly confidentIou: number;
  readonly confidentStability: number;
  readonly isDemo: boolean;
  readonly createdAt: Date;
}

/** Twenty colours that stay apart on photos and for colour-blind eyes; classes take them in turn. */
export const CLASS_COLOURS = [
  '#e6194b',
  '#3cb44b',
  '#4363d8',
  '#f58231',
  '#911eb4',
  '#42d4f4',
  '#f032e6',
  '#bfef45',
  '#fabed4',
  '#469990',
  '#dcbeff',
  '#9a6324',
  '#fffac8',
  '#800000',
  '#aaffc3',
  '#808000',
  '#ffd8b1',
  '#000075',
  '#a9a9a9',
  '#ffe119',
] as const;
