/**
 * An id of one kind of thing: a UUID as text. The phantom field keeps an image's id out of a place that wants
 * a mask's id, while plain strings from the border still fit.
 */
export type Id<Kind extends string> = string & { readonly __kind?: Kind };

export type UserId = Id<'user'>;
export type ProjectId = Id<'project'>;
export type ClassId = Id<'class'>;
export type ImageId = Id<'image'>;
export type MaskId = Id<'mask'>;
export type RevisionId = Id<'revision'>;
export type OperationId = Id<'operation'>;
export type ModelVersionId = Id<'modelVersion'>;
export type TextModelId = Id<'textModel'>;
export type RunId = Id<'run'>;
export type JobId = Id<'job'>;
export type DatasetVersionId = Id<'datasetVersion'>;
export type ExportId = Id<'export'>;
export type ImportId = Id<'import'>;
export type AssignmentId = Id<'assignment'>;
export type ReviewId = Id<'review'>;
export type CommentId = Id<'comment'>;
