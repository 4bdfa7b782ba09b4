export { ASSIGNMENT_STATES, type AssignmentState, canMove, renewEveryMs } from './assignment.ts';
export {
  type ClassCount,
  chosenOrigins,
  chosenPairs,
  type DatasetCounts,
  DatasetFilter,
  DatasetInput,
  DatasetPatch,
  DROP_REASONS,
  type DropReason,
  ITEM_KINDS,
  type ItemKind,
  LATEST_VERDICTS,
  type LatestVerdict,
  NO_COUNTS,
  ORIGIN_CHOICES,
  type OriginChoice,
  SPLITS,
  type Split,
  SplitRule,
  splitOf,
} from './dataset.ts';
export { DomainError, ERROR_CODES, type ErrorCode, isDomainError } from './errors.ts';
export { ProjectEvent } from './events.ts';
export {
  BUILD_STATES,
  type BuildState,
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportReport,
} from './export.ts';
export type {
  AssignmentId,
  ClassId,
  DatasetVersionId,
  ExportId,
  Id,
  ImageId,
  JobId,
  MaskId,
  ModelVersionId,
  OperationId,
  ProjectId,
  RevisionId,
  RunId,
  UserId,
} from './ids.ts';
export {
  EMBEDDING_STATES,
  type EmbeddingState,
  IMAGE_ENDINGS,
  IMAGE_SORTS,
  IMAGE_STATUSES,
  type Image,
  type ImageSort,
  type ImageStatus,
  type ImageSummary,
  PREPROCESSING_VERSION,
} from './image.ts';
export { IMPORT_FORMATS, IMPORT_STATES, type ImportFormat, type ImportState } from './import.ts';
export { ENCODE_JOB, encodeJobKey, isFinished, JOB_PRIORITIES, JOB_STATES, type JobState } from './job.ts';
export { LIMITS } from './limits.ts';
export {
  countPrompts,
  type MaskBox,
  type MaskForEditor,
  MaskOperation,
  type MaskOperationInput,
  type MaskOperationKind,
  type MaskRevisionSummary,
  type OperationAnswer,
  type OperationResult,
  PromptRound,
  PromptTrail,
} from './mask.ts';
export {
  type EmbeddingStats,
  embeddingKey,
  MODEL_STATES,
  type ModelState,
  type ModelVersionSummary,
} from './model-version.ts';
export {
  can,
  canGlobally,
  type GlobalAction,
  type MembershipRole,
  PROJECT_ACTION_NAMES,
  type ProjectAction,
  ROLES,
  type Role,
} from './permissions.ts';
export {
  CLASS_COLOURS,
  CLASS_KINDS,
  type ClassKind,
  Fraction,
  type LabelClass,
  LabelClassInput,
  LabelClassPatch,
  Name,
  type Project,
  ProjectInput,
  ProjectPatch,
} from './project.ts';
export {
  EDITS,
  type Edit,
  isHumanCorrected,
  isHumanVerified,
  ORIGINS,
  type Origin,
  originAfter,
  type TableEdit,
} from './provenance.ts';
export { statusAfterVerdict, VERDICTS, type Verdict } from './review.ts';
export {
  canSeeProposal,
  isExportable,
  type ProposalFloor,
  proposalFloor,
  reachesFloor,
  STAGE_RULES,
  STAGES,
  type Stage,
  type StageGate,
} from './stage.ts';
