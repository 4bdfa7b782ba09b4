import {
  type DatasetVersionId,
  DomainError,
  type ModelState,
  type ModelVersionId,
  type ModelVersionSummary,
  type ProjectId,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { onUniqueViolation } from './errors.ts';
import type { Prisma } from './generated/client.ts';
import { modelSummarySelect, toModelSummary } from './to-domain.ts';

export interface NewModelVersion {
  readonly name: string;
  readonly family: string;
  /** sam-core ModelManifest */
  readonly manifest: object;
  readonly encoderSha256: string;
  readonly decoderSha256: string;
  readonly state?: ModelState;
  readonly parentId?: ModelVersionId | null;
  readonly datasetVersionId?: DatasetVersionId | null;
  /** Markdown */
  readonly card?: string;
  readonly metrics?: object;
  readonly createdById?: UserId | null;
}

/** @throws DomainError INVALID_INPUT when the name is taken */
export async function register(db: Db, model: NewModelVersion): Promise<ModelVersionSummary> {
  const row = await onUniqueViolation(
    db.modelVersion.create({
      data: {
        name: model.name,
        family: model.family,
        manifest: model.manifest as Prisma.InputJsonObject,
        encoderSha256: model.encoderSha256,
        decoderSha256: model.decoderSha256,
        state: model.state ?? 'registered',
        parentId: model.parentId ?? null,
        datasetVersionId: model.datasetVersionId ?? null,
        card: model.card ?? '',
        metrics: (model.metrics ?? {}) as Prisma.InputJsonObject,
        createdById: model.createdById ?? null,
      },
      select: modelSummarySelect,
    }),
    () =>
      new DomainError('INVALID_INPUT', `name: a model version "${model.name}" exists already`, {
        field: 'name',
        value: model.name,
      }),
  );
  return toModelSummary(row);
}

export interface ModelListed extends ModelVersionSummary {
  readonly parentId: ModelVersionId | null;
  readonly createdAt: Date;
  /** projects that use it now */
  readonly projects: number;
}

/** Newest first. */
export async function list(db: Db): Promise<ModelListed[]> {
  const rows = await db.modelVersion.findMany({
    select: {
      ...modelSummarySelect,
      parentId: true,
      createdAt: true,
      _count: { select: { projects: { where: { archivedAt: null } } } },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return rows.map(({ _count, ...row }) => ({ ...row, projects: _count.projects }));
}

export interface ModelVersion extends ModelVersionSummary {
  /** unparsed; sam-core ModelManifest reads it */
  readonly manifest: unknown;
  readonly card: string;
  readonly metrics: unknown;
  readonly createdAt: Date;
  readonly parent: ModelVersionSummary | null;
  readonly datasetVersionId: DatasetVersionId | null;
}

const full = {
  ...modelSummarySelect,
  manifest: true,
  card: true,
  metrics: true,
  createdAt: true,
  datasetVersionId: true,
  parent: { select: modelSummarySelect },
} as const;

export async function get(db: Db, modelVersionId: ModelVersionId): Promise<ModelVersion | null> {
  return db.modelVersion.findUnique({ where: { id: modelVersionId }, select: full });
}

export async function byName(db: Db, name: string): Promise<ModelVersion | null> {
  return db.modelVersion.findUnique({ where: { name }, select: full });
}

/** For projects made without choosing one: the newest active model version. */
export async function defaultModel(db: Db): Promise<ModelVersionSummary | null> {
  return db.modelVersion.findFirst({
    where: { state: 'active' },
    select: modelSummarySelect,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
}

/** The model version a project works with; null when it has none. */
export async function activeOf(db: Db, projectId: ProjectId): Promise<ModelVersion | null> {
  const row = await db.project.findUnique({
    where: { id: projectId },
    select: { activeModelVersion: { select: full } },
  });
  return row?.activeModelVersion ?? null;
}

export async function setState(db: Db, modelVersionId: ModelVersionId, state: ModelState): Promise<void> {
  await db.modelVersion.update({ where: { id: modelVersionId }, data: { state }, select: { id: true } });
}
