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
 * A dataset version's items image by image, a few images in memory at a time: while they are used, the next ones are
 * read. The order is the same each time: images by id, masks by z-order, then id.
 * @param batch items read with one query, about; an image's are read together
 * @param kinds EX6: negatives only where they are asked for
 */
export async function* stream(
  db: Db,
  datasetVersionId: DatasetVersionId,
  { batch = 1_000, kinds = ['mask'] }: { batch?: number; kinds?: readonly ItemKind[] } = {},
): AsyncGenerator<ExportImage> {
  const read = (afterId: string, limit: number) =>
    imagesAfter(db, { datasetVersionId, kinds, afterId, limit });
  let reading = read('00000000-0000-0000-0000-000000000000', FIRST_IMAGES);
  try {
    for (;;) {
      const images = await reading;
      const last = images.at(-1);
      if (last === undefined) return;
      // as many images as hold about so many items, judged by those just read
      const items = images.reduce((sum, image) => sum + image.items.length, 0);
      const limit = Math.min(MOST_IMAGES, Math.max(1, Math.floor((images.length * batch) / items)));
      reading = read(last.id, limit);
      // met by the next turn, or below when nobody asks for more
      reading.catch(() => {});
      yield* images;
    }
  } finally {
    await reading.catch(() => {});
  }
}

const FIRST_IMAGES = 20;
const MOST_IMAGES = 500;

async function imagesAfter(
  db: Db,
  from: {
    readonly datasetVersionId: DatasetVersionId;
    readonly kinds: readonly ItemKind[];
    readonly afterId: string;
    /** images */
    readonly limit: number;
  },
): Promise<ExportImage[]> {
  const { datasetVersionId, kinds, afterId, limit } = from;
  const images = await db.$queryRaw<(Omit<ExportImage, 'items' | 'bytes'> & { bytes: bigint })[]>`
    SELECT i."id", i."sha256", i."name", i."format", i."width", i."height", i."orientation", i."bytes", i."groupKey",
           i."createdAt", d."split"::text AS "split"
    FROM (SELECT DISTINCT ON ("imageId") "imageId", "split" FROM "DatasetItem"
          WHERE "datasetVersionId" = ${datasetVersionId}::uuid AND "imageId" > ${afterId}::uuid
            AND "kind" = ANY (${kinds}::text[]::"ItemKind"[])
          ORDER BY "imageId" LIMIT ${limit}) d
    JOIN "Image" i ON i."id" = d."imageId"
    ORDER BY i."id"`;
  if (images.length === 0) return [];
  const rows = await db.$queryRaw<ItemRow[]>`
    SELECT d."imageId", d."kind"::text AS "kind", d."revisionId", d."maskId", d."classId", d."parentMaskId", d."zIndex",
           r."seq", r."parentRevisionId", r."edit"::text AS "edit", r."origin"::text AS "origin",
           r."stage"::text AS "stage", r."counts", r."area", r."boxX", r."boxY", r."boxW", r."boxH", r."prompts",
           r."promptCount", r."predictedIou", r."stability", r."iouWithParent", r."iouWithProposal", r."activeMs",
           r."createdAt", a."id" AS "authorId", a."name" AS "authorName", v."id" AS "modelId", v."name" AS "modelName",
           v."encoderSha256", v."decoderSha256"
    FROM "DatasetItem" d
    JOIN "MaskRevision" r ON r."id" = d."revisionId"
    LEFT JOIN "User" a ON a."id" = r."authorId"
    LEFT JOIN "ModelVersion" v ON v."id" = r."modelVersionId"
    WHERE d."datasetVersionId" = ${datasetVersionId}::uuid
      AND d."imageId" = ANY (${images.map(({ id }) => id)}::text[]::uuid[])
      AND d."kind" = ANY (${kinds}::text[]::"ItemKind"[])
    ORDER BY d."imageId", d."zIndex", d."maskId", d."revisionId"`;
  const byImage = new Map<string, ExportItem[]>(images.map(({ id }) => [id, []]));
  for (const row of rows) byImage.get(row.imageId)?.push(toItem(row));
  return images.map((image) => ({
    ...image,
    bytes: Number(image.bytes),
    items: byImage.get(image.id) ?? [],
  }));
}

/** As it comes out of the query. */
interface ItemRow extends Omit<ExportItem, 'stage' | 'box' | 'prompts' | 'author' | 'model'> {
  readonly imageId: ImageId;
  readonly stage: Rows.Stage;
  readonly boxX: number;
  readonly boxY: number;
  readonly boxW: number;
  readonly boxH: number;
  readonly prompts: PromptTrail | null;
  readonly authorId: UserId | null;
  readonly authorName: string | null;
  readonly modelId: string | null;
  readonly modelName: string | null;
  readonly encoderSha256: string | null;
  readonly decoderSha256: string | null;
}

function toItem(row: ItemRow): ExportItem {
  const { boxX, boxY, boxW, boxH, authorId, authorName, modelId, modelName } = row;
  const stage: Stage = toDomain(row.stage);
  return {
    revisionId: row.revisionId,
    maskId: row.maskId,
    classId: row.classId,
    parentMaskId: row.parentMaskId,
    zIndex: row.zIndex,
    kind: row.kind,
    seq: row.seq,
    parentRevisionId: row.parentRevisionId,
    edit: row.edit,
    origin: row.origin,
    stage,
    counts: row.counts,
    area: row.area,
    box: { x: boxX, y: boxY, width: boxW, height: boxH },
    prompts: row.prompts ?? [],
    promptCount: row.promptCount,
    predictedIou: row.predictedIou,
    stability: row.stability,
    iouWithParent: row.iouWithParent,
    iouWithProposal: row.iouWithProposal,
    activeMs: row.activeMs,
    createdAt: row.createdAt,
    author: authorId === null ? null : { id: authorId, name: authorName ?? '' },
    model:
      modelId === null
        ? null
        : {
            id: modelId,
            name: modelName ?? '',
            encoderSha256: row.encoderSha256 ?? '',
            decoderSha256: row.decoderSha256 ?? '',
          },
  };
}
