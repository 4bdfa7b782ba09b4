export * as accounts from './accounts.ts';
export type { AgreementSummary, LabeledTwice } from './agreements.ts';
export * as agreements from './agreements.ts';
export * as answers from './answers.ts';
export type { LiveToken } from './api-tokens.ts';
export * as apiTokens from './api-tokens.ts';
export type { Claim, Holder, Workload } from './assignments.ts';
export * as assignments from './assignments.ts';
export * as audit from './audit.ts';
export * as classes from './classes.ts';
export {
  createDb,
  type Db,
  type DbClient,
  type DbOptions,
  getDb,
  inTransaction,
  ping,
  type TransactionOptions,
} from './client.ts';
export type { CloseUpKey } from './close-ups.ts';
export * as closeUps from './close-ups.ts';
export * as datasetDifference from './dataset-difference.ts';
export {
  CHANGES,
  type Change,
  type ClassDifference,
  type DifferenceExample,
  type DifferenceSide,
} from './dataset-difference.ts';
export type { DatasetVersion } from './datasets.ts';
export * as datasets from './datasets.ts';
export type { Labelings, SecondLabeling } from './double-labeling.ts';
export * as doubleLabeling from './double-labeling.ts';
export type { EncoderLedger } from './embedding-ledger.ts';
export * as embeddingLedger from './embedding-ledger.ts';
export * as embeddings from './embeddings.ts';
export { found } from './errors.ts';
export type { Export, ExportImage, ExportItem } from './exports.ts';
export * as exports from './exports.ts';
export type { ImageForEditor, ImagePage, NewImage } from './images.ts';
export * as images from './images.ts';
export type { ImageTarget, Import, MaskToImport } from './imports.ts';
export * as imports from './imports.ts';
export * as invitations from './invitations.ts';
export type { JobListed, JobRow, JobSummary, NewJob, Requested } from './jobs.ts';
export * as jobs from './jobs.ts';
export type { Composition, ItemListed, MaskLineage, RevisionInLineage } from './lineage.ts';
export * as lineage from './lineage.ts';
export type { FindingListed, LintImage, LintScan, LintSubject } from './lint.ts';
export * as lint from './lint.ts';
export type { LockedMask, NewMask, NewRevision, RevisionWithPixels } from './masks.ts';
export * as masks from './masks.ts';
export type { Member } from './members.ts';
export * as members from './members.ts';
export type { FiguresRow, MeasuredMask, MetricsScope } from './metrics.ts';
export * as metrics from './metrics.ts';
export type { ModelListed, ModelVersion } from './models.ts';
export * as models from './models.ts';
export type { MachineWork, SentBack, WorkInProject } from './my-work.ts';
export * as myWork from './my-work.ts';
export { derivedId, newId } from './new-id.ts';
export type { News } from './news.ts';
export * as news from './news.ts';
export type { Unsettled } from './planted.ts';
export * as planted from './planted.ts';
export * as plantedFigures from './planted-figures.ts';
export type { ProjectListed } from './projects.ts';
export * as projects from './projects.ts';
export type { NewProposal } from './proposals.ts';
export * as proposals from './proposals.ts';
export type { QueuedImage, Submission } from './reviews.ts';
export * as reviews from './reviews.ts';
export * as runEstimates from './run-estimates.ts';
export type { RunRow } from './runs.ts';
export * as runs from './runs.ts';
export type { QualitySample, SampleItem } from './samples.ts';
export * as samples from './samples.ts';
export type { LiveSession } from './sessions.ts';
export * as sessions from './sessions.ts';
export type { StageChange } from './stages.ts';
export * as stages from './stages.ts';
export type { TextModel } from './text-models.ts';
export * as textModels from './text-models.ts';
export type { User } from './users.ts';
export * as users from './users.ts';
export * as verdictFigures from './verdict-figures.ts';
export type { Webhook } from './webhooks.ts';
export * as webhooks from './webhooks.ts';
export type { WorkerListed, WorkerStatus } from './workers.ts';
export * as workers from './workers.ts';
