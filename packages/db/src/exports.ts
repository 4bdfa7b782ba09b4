import type {
  BuildState,
  ClassId,
  DatasetVersionId,
  Edit,
  ExportFormat,
  ExportId,
  ExportReport,
  ImageId,
  ItemKind,
  JobId,
  LabelClass,
  MaskBox,
  MaskId,
  Origin,
  ProjectId,
  PromptTrail,
  ReadBackReport,
  RevisionId,
  Role,
  Split,
  Stage,
  UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import type { Prisma } from './generated/client.ts';
import type * as Rows from './generated/enums.ts';
import { toDomain } from './to-domain.ts';

export interface NewExport {
  readonly datasetVersionId: DatasetVersionId;
  readonly format: ExportFormat;
  readonly options: Prisma.InputJsonObject;
  readonly createdById: UserId;
}

export async function create(db: Db, input: NewExport): Promise<{ id: ExportId }> {
  return db.export.create({ data: { ...input }, select: { id: true } });
}

export async function setJob(db: Db, exportId: ExportId, jobId: JobId): Promise<void> {
  await db.export.update({ where: { id: exportId }, data: { jobId }, select: { id: true } });
}

/** A build begins, perhaps again after a crash. @returns false when the export is done or gone */
export async function start(db: Db, exportId: ExportId): Promise<boolean> {
  const { count } = await db.export.updateMany({
    where: { id: exportId, state: { in: ['pending', 'running', 'failed'] } },
    data: { state: 'running', error: null },
  });
  return count > 0;
}

export interface BuiltExport {
  readonly storageKey: string;
  /** of the file, hex */
  readonly sha256: string;
  readonly bytes: number;
  readonly report: ExportReport;
}

/** @returns false when the export was removed meanwhile */
export async function finish(db: Db, exportId: ExportId, built: BuiltExport): Promise<boolean> {
  const { count } = await db.export.updateMany({
    where: { id: exportId },
    data: {
      state: 'done',
      storageKey: built.storageKey,
      sha256: built.sha256,
      bytes: BigInt(built.bytes),
      report: JSON.parse(JSON.stringify(built.report)) as Prisma.InputJsonObject,
      error: null,
      finishedAt: new Date(),
    },
  });
  return count > 0;
}

/** @param state `cancelled` when a person stopped it */
export async function fail(
  db: Db,
  exportId: ExportId,
  error: string,
  state: 'failed' | 'cancelled' = 'failed',
): Promise<void> {
  await db.export.updateMany({
    where: { id: exportId, state: { in: ['pending', 'running'] } },
    data: { state, error: error.slice(0, 2_000), finishedAt: new Date() },
  });
}

/** @returns what was removed; null: there is none, or it is still being built */
export async function remove(db: Db, exportId: ExportId): Promise<{ storageKey: string | null } | null> {
  const [row] = await db.$queryRaw<{ storageKey: string | null }[]>`
    DELETE FROM "Export" e WHERE e."id" = ${exportId}::uuid AND (e."state" NOT IN ('pending', 'running')
      OR EXISTS (SELECT 1 FROM "Job" j WHERE j."id" = e."jobId" AND j."state" NOT IN ('pending', 'running')))
    RETURNING e."storageKey"`;
  return row ?? null;
}

export interface Export {
  readonly id: ExportId;
  readonly datasetVersionId: DatasetVersionId;
  readonly projectId: ProjectId;
  readonly format: ExportFormat;
  readonly options: unknown;
  readonly state: BuildState;
  readonly jobId: JobId | null;
  readonly storageKey: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** null until done */
  readonly report: ExportReport | null;
  readonly error: string | null;
  readonly createdAt: Date;
  /** of its job's latest attempt */
  readonly startedAt: Date | null;
  /** 0..1, as its job said last */
  readonly progress: number;
  /** cancelled, and its worker has not stopped yet */
  readonly stopping: boolean;
  readonly finishedAt: Date | null;
  readonly createdBy: { readonly id: UserId; readonly name: string };
}

const columns = {
  id: true,
  datasetVersionId: true,
  datasetVersion: { select: { projectId: true } },
  format: true,
  options: true,
  state: true,
  jobId: true,
  storageKey: true,
  sha256: true,
  bytes: true,
  report: true,
  error: true,
  createdAt: true,
  finishedAt: true,
  createdBy: { select: { id: true, name: true } },
  job: { select: { startedAt: true, progress: true, state: true } },
} as const;

function toExport({
  datasetVersion,
  job,
  ...row
}: Prisma.ExportGetPayload<{ select: typeof columns }>): Export {
  return {
    ...row,
    projectId: datasetVersion.projectId,
    startedAt: job?.startedAt ?? null,
    progress: job?.progress ?? 0,
    stopping: row.state === 'running' && job?.state === 'cancelled',
    // both written by this file alone
    format: row.format as ExportFormat,
    report: row.state === 'done' ? reportOf(row.report) : null,
    bytes: row.bytes === null ? null : Number(row.bytes),
  };
}

/** Reports written before formats had losses lack some fields. */
function reportOf(value: Prisma.JsonValue): ExportReport {
  const written = value as unknown as Partial<ExportReport>;
  const { bad = [], readBack = null } = written;
  return {
    images: 0,
    masks: 0,
    negatives: 0,
    losses: [],
    seconds: 0,
    badCount: bad.length,
    ...written,
    bad,
    readBack: readBack && { ...NOT_SAID, ...readBack },
  };
}

const NOT_SAID: Partial<ReadBackReport> = { differences: [], iou: null };

/** Newest first. */
export async function list(db: Db, datasetVersionId: DatasetVersionId): Promise<Export[]> {
  const rows = await db.export.findMany({
    where: { datasetVersionId },
    select: columns,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return rows.map(toExport);
}

export async function get(db: Db, exportId: ExportId): Promise<Export | null> {
  const row = await db.export.findUnique({ where: { id: exportId }, select: columns });
  return row && toExport(row);
}

// ---- what goes in --------------------------------------------------------------------------------------

/** One mask revision as it was frozen, with everything that COCO and the provenance record need. */
export interface ExportItem {
  readonly revisionId: RevisionId;
  readonly maskId: MaskId;
  readonly classId: ClassId | null;
  readonly parentMaskId: MaskId | null;
  readonly zIndex: number;
  /** EX6: a negative is a rejected proposal */
  readonly kind: ItemKind;
  readonly seq: number;
  readonly parentRevisionId: RevisionId | null;
  readonly edit: Edit;
  readonly origin: Origin;
  readonly stage: Stage;
  /** COCO compressed counts */
  readonly counts: string;
  readonly area: number;
  readonly box: MaskBox;
  readonly prompts: PromptTrail;
  readonly promptCount: number;
  readonly predictedIou: number | null;
  readonly stability: number | null;
  readonly iouWithParent: number | null;
  readonly iouWithProposal: number | null;
  readonly activeMs: number;
  readonly createdAt: Date;
  readonly author: { readonly id: UserId; readonly name: string } | null;
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly encoderSha256: string;
    readonly decoderSha256: string;
  } | null;
}

export interface ExportImage {
  readonly id: ImageId;
  readonly sha256: string;
  readonly name: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly bytes: number;
  readonly groupKey: string | null;
  readonly createdAt: Date;
  readonly split: Split;
  /** in drawing order */
  readonly items: readonly ExportItem[];
}

/** What could change after a dataset version was frozen, as it was then; both written by `freeze` alone. */
export interface FrozenNames {
  /** classes that its items may name, deleted ones too, in the project's order */
  readonly classes: readonly LabelClass[];
  /** what people were in the project */
  readonly roles: Readonly<Record<UserId, Role>>;
}

/** EX5: a class that is renamed, or a person who becomes something else, changes no export. */
export async function frozenNames(db: Db, datasetVersionId: DatasetVersionId): Promise<FrozenNames> {
  const row = await db.datasetVersion.findUnique({
    where: { id: datasetVersionId },
    select: { labelClasses: true, roles: true },
  });
  return {
    classes: (row?.labelClasses ?? []) as unknown as LabelClass[],
    roles: (row?.roles ?? {}) as unknown as Record<UserId, Role>,
  };
}

/**
 * A dataset version's items image by image, a few images in memory at a time. The order is the same each time:
 * images by id, masks by z-order, then id.
 * @param batch images read with one query
 * @param kinds EX6: negatives only where they are asked for
 */
export async function* stream(
  db: Db,
  datasetVersionId: DatasetVersionId,
  { batch = 20, kinds = ['mask'] }: { batch?: number; kinds?: readonly ItemKind[] } = {},
): AsyncGenerator<ExportImage> {
  let afterId = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const images = await db.$queryRaw<(Omit<ExportImage, 'items' | 'bytes'> & { bytes: bigint })[]>`
      SELECT i."id", i."sha256", i."name", i."format", i."width", i."height", i."orientation", i."bytes", i."groupKey",
             i."createdAt", d."split"::text AS "split"
      FROM (SELECT DISTINCT ON ("imageId") "imageId", "split" FROM "DatasetItem"
            WHERE "datasetVersionId" = ${datasetVersionId}::uuid AND "imageId" > ${afterId}::uuid
              AND "kind" = ANY (${kinds}::text[]::"ItemKind"[])
            ORDER BY "imageId" LIMIT ${batch}) d
      JOIN "Image" i ON i."id" = d."imageId"
      ORDER BY i."id"`;
    if (images.length === 0) return;
    const rows = await db.datasetItem.findMany({
      where: { datasetVersionId, imageId: { in: images.map((image) => image.id) }, kind: { in: [...kinds] } },
      select: itemSelect,
      orderBy: [{ imageId: 'asc' }, { zIndex: 'asc' }, { maskId: 'asc' }, { revisionId: 'asc' }],
    });
    const byImage = groupByImage(rows);
    for (const image of images) {
      yield { ...image, bytes: Number(image.bytes), items: (byImage.get(image.id) ?? []).map(toItem) };
      afterId = image.id;
    }
  }
}

const itemSelect = {
  imageId: true,
  kind: true,
  revisionId: true,
  maskId: true,
  classId: true,
  parentMaskId: true,
  zIndex: true,
  revision: {
    select: {
      seq: true,
      parentRevisionId: true,
      edit: true,
      origin: true,
      stage: true,
      counts: true,
      area: true,
      boxX: true,
      boxY: true,
      boxW: true,
      boxH: true,
      prompts: true,
      promptCount: true,
      predictedIou: true,
      stability: true,
      iouWithParent: true,
      iouWithProposal: true,
      activeMs: true,
      createdAt: true,
      author: { select: { id: true, name: true } },
      modelVersion: { select: { id: true, name: true, encoderSha256: true, decoderSha256: true } },
    },
  },
} as const;

type ItemRow = Prisma.DatasetItemGetPayload<{ select: typeof itemSelect }>;

function groupByImage(rows: ItemRow[]): Map<string, ItemRow[]> {
  const groups = new Map<string, ItemRow[]>();
  for (const row of rows) {
    const group = groups.get(row.imageId);
    if (group) group.push(row);
    else groups.set(row.imageId, [row]);
  }
  return groups;
}

function toItem({ revision, imageId: _, ...item }: ItemRow): ExportItem {
  const { boxX, boxY, boxW, boxH, prompts, modelVersion, stage, ...rest } = revision;
  const domainStage: Stage = toDomain(stage satisfies Rows.Stage);
  return {
    ...item,
    ...rest,
    stage: domainStage,
    box: { x: boxX, y: boxY, width: boxW, height: boxH },
    prompts: (prompts ?? []) as PromptTrail,
    model: modelVersion,
  };
}
