// The only place that turns rows into the domain's words and back. Enum members are the domain's words with "_"
// for "-" (to-domain.test.ts compares both sides), so the translation is one rule.
import type {
  ClassKind,
  EmbeddingState,
  Image,
  ImageStatus,
  LabelClass,
  MaskRevisionSummary,
  ModelVersionSummary,
  Project,
  Stage,
} from '@maskloop/domain';
import type * as Rows from './generated/enums.ts';

type Hyphens<T extends string> = T extends `${infer A}_${infer B}` ? `${A}-${Hyphens<B>}` : T;
type Underscores<T extends string> = T extends `${infer A}-${infer B}` ? `${A}_${Underscores<B>}` : T;

/** A member of a database enum as the domain's word: `sent_back` → `sent-back`. */
export function toDomain<T extends string>(member: T): Hyphens<T> {
  return member.replaceAll('_', '-') as Hyphens<T>;
}

/** A domain word as the member of its database enum: `sent-back` → `sent_back`. */
export function toRow<T extends string>(word: T): Underscores<T> {
  return word.replaceAll('-', '_') as Underscores<T>;
}

export const classSelect = {
  id: true,
  index: true,
  name: true,
  colour: true,
  kind: true,
  parentId: true,
  deletedAt: true,
} as const;

export function toLabelClass(row: {
  id: string;
  index: number;
  name: string;
  colour: string;
  kind: ClassKind;
  parentId: string | null;
  deletedAt: Date | null;
}): LabelClass {
  const { deletedAt, ...rest } = row;
  return { ...rest, deleted: deletedAt !== null };
}

export const projectSelect = {
  id: true,
  name: true,
  guide: true,
  stage: true,
  activeModelVersionId: true,
  confidentIou: true,
  confidentStability: true,
  isDemo: true,
  createdAt: true,
} as const;

export function toProject(row: Omit<Project, 'stage'> & { stage: Rows.Stage }): Project {
  const { id, name, guide, activeModelVersionId, confidentIou, confidentStability, isDemo, createdAt } = row;
  const stage: Stage = toDomain(row.stage);
  return {
    id,
    name,
    guide,
    stage,
    activeModelVersionId,
    confidentIou,
    confidentStability,
    isDemo,
    createdAt,
  };
}

export const imageSelect = {
  id: true,
  projectId: true,
  sha256: true,
  name: true,
  width: true,
  height: true,
  status: true,
  priority: true,
  createdAt: true,
} as const;

export function toImage(row: Omit<Image, 'status'> & { status: Rows.ImageStatus }): Image {
  const { id, projectId, sha256, name, width, height, priority, createdAt } = row;
  const status: ImageStatus = toDomain(row.status);
  return { id, projectId, sha256, name, width, height, status, priority, createdAt };
}

export const modelSummarySelect = {
  id: true,
  name: true,
  family: true,
  state: true,
  encoderSha256: true,
  decoderSha256: true,
} as const;

export function toModelSummary(row: ModelVersionSummary): ModelVersionSummary {
  const { id, name, family, state, encoderSha256, decoderSha256 } = row;
  return { id, name, family, state, encoderSha256, decoderSha256 };
}

/** A revision's row without pixels and prompts. */
export const revisionSelect = {
  id: true,
  seq: true,
  edit: true,
  origin: true,
  stage: true,
  branch: true,
  area: true,
  boxX: true,
  boxY: true,
  boxW: true,
  boxH: true,
  promptCount: true,
  modelVersionId: true,
  predictedIou: true,
  stability: true,
  textModelId: true,
  textPhrase: true,
  textScore: true,
  iouWithParent: true,
  iouWithProposal: true,
  activeMs: true,
  author: { select: { id: true, name: true } },
  createdAt: true,
} as const;

export interface RevisionRow {
  id: string;
  seq: number;
  edit: Rows.Edit;
  origin: Rows.Origin;
  stage: Rows.Stage;
  branch: boolean;
  area: number;
  boxX: number;
  boxY: number;
  boxW: number;
  boxH: number;
  promptCount: number;
  modelVersionId: string | null;
  predictedIou: number | null;
  stability: number | null;
  textModelId: string | null;
  textPhrase: string | null;
  textScore: number | null;
  iouWithParent: number | null;
  iouWithProposal: number | null;
  activeMs: number;
  author: { id: string; name: string } | null;
  createdAt: Date;
}

export function toRevisionSummary(row: RevisionRow): MaskRevisionSummary {
  return {
    id: row.id,
    seq: row.seq,
    edit: row.edit,
    origin: row.origin,
    stage: toDomain(row.stage),
    branch: row.branch,
    area: row.area,
    box: { x: row.boxX, y: row.boxY, width: row.boxW, height: row.boxH },
    promptCount: row.promptCount,
    modelVersionId: row.modelVersionId,
    predictedIou: row.predictedIou,
    stability: row.stability,
    text:
      row.textModelId === null
        ? null
        : { textModelId: row.textModelId, phrase: row.textPhrase ?? '', score: row.textScore ?? 0 },
    iouWithParent: row.iouWithParent,
    iouWithProposal: row.iouWithProposal,
    activeMs: row.activeMs,
    author: row.author && { id: row.author.id, name: row.author.name },
    createdAt: row.createdAt,
  };
}

/** Every embedding state with 0, to fill in counts that a query grouped. */
export const NO_EMBEDDINGS: Readonly<Record<EmbeddingState, number>> = {
  ready: 0,
  queued: 0,
  failed: 0,
  missing: 0,
};
