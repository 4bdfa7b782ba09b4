// What the API promises of each thing: fields that are not here may come and go with the pages' needs.
import {
  BUILD_STATES,
  CLASS_KINDS,
  CloseUp,
  DatasetFilter,
  DROP_REASONS,
  EDITS,
  EMBEDDING_STATES,
  EXPORT_FORMATS,
  IMAGE_STATUSES,
  JOB_STATES,
  LIMITS,
  MODEL_STATES,
  ORIGINS,
  PromptTrail,
  ROLES,
  SPLITS,
  SplitRule,
  STAGES,
} from '@maskloop/domain';
import { z } from 'zod';

export const Id = z.uuid();
export const At = z.iso.datetime();
const Sha256 = z.string().length(64);
export const Person = z.object({ id: Id, name: z.string() });

/** Every list has this shape; `nextCursor` null: this was the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Lists that are short enough for one page. */
export const onePage = (items: readonly unknown[]) => ({ items, nextCursor: null });

export const Paging = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSize).default(100),
};

/** Several words of a list, with commas between them. */
export const listOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .string()
    .meta({ description: `one or more of ${words.join(', ')}, with commas between them` })
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words)));

export const Project = z.object({
  id: Id,
  name: z.string(),
  guide: z.string(),
  stage: z.enum(STAGES),
  activeModelVersionId: Id.nullable(),
  confidentIou: z.number(),
  confidentStability: z.number(),
  createdAt: At,
  /** what the token's person is there */
  role: z.enum(ROLES),
});

export const LabelClass = z.object({
  id: Id,
  index: z.number().int(),
  name: z.string(),
  colour: z.string(),
  kind: z.enum(CLASS_KINDS),
  parentId: Id.nullable(),
  deleted: z.boolean(),
});

export const Image = z.object({
  id: Id,
  projectId: Id,
  sha256: Sha256,
  name: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  status: z.enum(IMAGE_STATUSES),
  priority: z.number().int(),
  createdAt: At,
});

export const ImageListed = Image.extend({
  maskCount: z.number().int(),
  embedding: z.enum(EMBEDDING_STATES),
  holder: Person.nullable(),
});

/** One picture of an upload, a line of JSON each. */
export const UPLOADED = 'application/x-ndjson';

export const Revision = z.object({
  id: Id,
  seq: z.number().int(),
  edit: z.enum(EDITS),
  origin: z.enum(ORIGINS),
  stage: z.enum(STAGES),
  branch: z.boolean(),
  area: z.number().int(),
  box: z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() }),
  promptCount: z.number().int(),
  modelVersionId: Id.nullable(),
  predictedIou: z.number().nullable(),
  stability: z.number().nullable(),
  iouWithParent: z.number().nullable(),
  iouWithProposal: z.number().nullable(),
  activeMs: z.number(),
  author: Person.nullable(),
  createdAt: At,
});

export const Mask = z.object({
  id: Id,
  imageId: Id,
  classId: Id.nullable(),
  parentId: Id.nullable(),
  zIndex: z.number().int(),
  stage: z.enum(STAGES),
  head: Revision,
  counts: z.string().meta({ description: 'COCO compressed counts of height x width, column-major' }),
  prompts: PromptTrail.meta({ description: 'of the head, in order; empty: drawn or imported' }),
});

export const OperationAnswers = z.object({
  answers: z.array(
    z.object({
      id: Id,
      repeated: z.boolean(),
      result: z.discriminatedUnion('status', [
        z.object({ status: z.literal('applied'), revision: Revision.nullable() }),
        z.object({ status: z.literal('branched'), revisionId: Id, head: Revision }),
        z.object({ status: z.literal('refused'), code: z.string(), message: z.string() }),
      ]),
    }),
  ),
});

export const DatasetCounts = z.object({
  masks: z.number().int(),
  images: z.number().int(),
  negatives: z.number().int(),
  dropped: z.partialRecord(z.enum(DROP_REASONS), z.number().int()),
  splits: z.record(z.enum(SPLITS), z.object({ images: z.number().int(), masks: z.number().int() })),
  classes: z.array(
    z.object({
      classId: Id.nullable(),
      train: z.number().int(),
      val: z.number().int(),
      test: z.number().int(),
    }),
  ),
});

export const DatasetVersion = z.object({
  id: Id,
  projectId: Id,
  number: z.number().int(),
  name: z.string(),
  notes: z.string(),
  filter: DatasetFilter,
  splits: SplitRule,
  state: z.enum(BUILD_STATES),
  error: z.string().nullable(),
  counts: DatasetCounts,
  contentSha256: Sha256.nullable(),
  createdAt: At,
  createdBy: Person,
});

export const Export = z.object({
  id: Id,
  datasetVersionId: Id,
  projectId: Id,
  format: z.enum(EXPORT_FORMATS),
  state: z.enum(BUILD_STATES),
  jobId: Id.nullable(),
  sha256: Sha256.nullable(),
  bytes: z.number().nullable(),
  report: z.looseObject({}).nullable(),
  error: z.string().nullable(),
  createdAt: At,
  finishedAt: At.nullable(),
});

export const Job = z.object({
  id: Id,
  name: z.string(),
  state: z.enum(JOB_STATES),
  progress: z.number(),
  attempts: z.number().int(),
  error: z.string().nullable(),
  imageId: Id.nullable(),
  closeUp: CloseUp.nullable().meta({ description: 'the part of the image that it is about' }),
  createdAt: At,
  finishedAt: At.nullable(),
});

export const ModelVersion = z.object({
  id: Id,
  name: z.string(),
  family: z.string(),
  state: z.enum(MODEL_STATES),
  encoderSha256: Sha256,
  decoderSha256: Sha256,
  createdAt: At,
});
