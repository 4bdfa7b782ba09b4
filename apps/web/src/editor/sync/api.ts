import type {
  CloseUp,
  CommentId,
  EmbeddingState,
  Image,
  ImageId,
  ImageSummary,
  JobId,
  LabelClass,
  LintPolicy,
  MaskForEditor,
  MaskId,
  MaskOperationInput,
  MaskRevisionSummary,
  OperationAnswer,
  PlantedTold,
  PromptTrail,
  ProposalFloor,
  RankingProgress,
  Remarks,
  RevisionId,
  Stage,
  TextModelId,
  TextModelSummary,
} from '@maskloop/domain';
import type { ModelManifest } from '@maskloop/sam-core';

/** The active model of a project, as far as the browser needs it. */
export interface EditorModel {
  readonly id: string;
  readonly name: string;
  readonly encoderSha256: string;
  readonly decoderSha256: string;
  readonly manifest: ModelManifest;
}

/** A picture as it is opened. */
export interface OpenedImage {
  readonly image: Image;
  readonly embedding: EmbeddingState;
  readonly model: EditorModel | null;
  /** may make and change masks */
  readonly canWrite: boolean;
}

/** A run that somebody ordered and that has not reached the picture yet. */
export interface ActiveRun {
  readonly startedBy: { readonly name: string };
}

/** The masks of a picture as its stage shows them. */
export interface LoadedMasks {
  readonly masks: readonly MaskForEditor[];
  readonly classes: readonly LabelClass[];
  readonly stage: Stage;
  /** ST1: what the proposals among them reach; null: the stage shows none */
  readonly floor: ProposalFloor | null;
  /** LN2: what the project takes for a slip */
  readonly lint: LintPolicy;
}

export type Claim =
  | { readonly held: true; readonly assignmentId: string; readonly leaseMs: number }
  | { readonly held: false; readonly holder: { readonly id: string; readonly name: string } };

export interface EditorUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly hotkeyPreset: string;
}

/** What the editor asks of the server. One implementation speaks tRPC; tests bring their own. */
export interface EditorApi {
  me(): Promise<EditorUser>;
  open(imageId: ImageId): Promise<OpenedImage>;
  load(imageId: ImageId): Promise<LoadedMasks>;
  neighbours(
    imageId: ImageId,
    count: number,
  ): Promise<{ previous: ImageId | null; next: readonly ImageId[] }>;
  page(
    projectId: string,
    cursor: string | null,
  ): Promise<{ items: readonly ImageSummary[]; nextCursor: string | null; total: number }>;
  apply(
    imageId: ImageId,
    tabId: string,
    operations: readonly MaskOperationInput[],
  ): Promise<readonly OperationAnswer[]>;
  history(maskId: MaskId): Promise<readonly MaskRevisionSummary[]>;
  revision(
    revisionId: RevisionId,
  ): Promise<{ summary: MaskRevisionSummary; counts: string; prompts: PromptTrail }>;
  /** what reviewers said about the picture */
  remarks(imageId: ImageId): Promise<Remarks>;
  resolve(commentId: CommentId, resolved: boolean): Promise<void>;
  requestEmbedding(imageId: ImageId): Promise<void>;
  requestCloseUp(imageId: ImageId, closeUp: CloseUp): Promise<void>;
  claim(imageId: ImageId): Promise<Claim>;
  renew(assignmentId: string): Promise<void>;
  release(assignmentId: string): Promise<void>;
  /** the run that is about to add proposals to the picture */
  activeRun(imageId: ImageId): Promise<ActiveRun | null>;
  /** the newest text model; null: none is registered, so phrases cannot be looked for */
  textModel(): Promise<TextModelSummary | null>;
  /** @returns the job to ask for */
  rank(imageId: ImageId, textModelId: TextModelId, phrase: string): Promise<JobId>;
  ranking(jobId: JobId): Promise<RankingProgress>;
  /** the page is going: there will be no time for an answer */
  releaseAtOnce(assignmentId: string): void;
  /** @returns what became of planted proposals that the person judged; null: there were none */
  submit(imageId: ImageId): Promise<PlantedTold | null>;
  skip(imageId: ImageId, reason: string): Promise<void>;
  nextAssigned(projectId: string): Promise<ImageId | null>;
}
