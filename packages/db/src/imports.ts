import {
  type ClassId,
  type Edit,
  type ImageId,
  type ImageStatus,
  type ImportCheck,
  type ImportFormat,
  type ImportId,
  ImportPlan,
  type ImportReport,
  type ImportState,
  type JobId,
  type JobState,
  type MaskBox,
  type MaskId,
  type ModelVersionId,
  type Origin,
  type ProjectId,
  type PromptTrail,
  type RevisionId,
  type Stage,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageWhere } from './counted-images.ts';
import { newestFirst } from './cursor.ts';
import { Prisma } from './generated/client.ts';
import { toDomain, toRow } from './to-domain.ts';

export interface NewImport {
  readonly id: ImportId;
  readonly projectId: ProjectId;
  /** of the uploaded file, as the person calls it */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdById: UserId;
}

export async function create(db: Db, input: NewImport): Promise<void> {
  await db.import.create({ data: { ...input, bytes: BigInt(input.bytes) }, select: { id: true } });
}

export interface Import {
  readonly id: ImportId;
  readonly projectId: ProjectId;
  readonly name: string;
  readonly bytes: number;
  readonly state: ImportState;
  /** null until it was looked through */
  readonly check: ImportCheck | null;
  /** null until somebody decided */
  readonly plan: ImportPlan | null;
  /** the model that boxes are given to */
  readonly promptModelVersionId: ModelVersionId | null;
  /** null until done */
  readonly report: ImportReport | null;
  readonly error: string | null;
  readonly jobId: JobId | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly createdBy: { readonly id: UserId; readonly name: string };
}

const columns = {
  id: true,
  projectId: true,
  name: true,
  bytes: true,
  state: true,
  check: true,
  plan: true,
  promptModelVersionId: true,
  report: true,
  error: true,
  jobId: true,
  createdAt: true,
  finishedAt: true,
  createdBy: { select: { id: true, name: true } },
} as const;

function toImport(row: Prisma.ImportGetPayload<{ select: typeof columns }>): Import {
  return {
    ...row,
    bytes: Number(row.bytes),
    // the three are written by this file alone
    check: row.check as unknown as ImportCheck | null,
    // older plans lack what came later
    plan: row.plan === null ? null : ImportPlan.parse(row.plan),
    report: row.report as unknown as ImportReport | null,
  };
}

export async function get(db: Db, importId: ImportId): Promise<Import | null> {
  const row = await db.import.findUnique({ where: { id: importId }, select: columns });
  return row && toImport(row);
}

/** Newest first. */
export async function page(
  db: Db,
  { projectId, cursor, limit }: { projectId: ProjectId; cursor?: string | null | undefined; limit: number },
): Promise<{ items: Import[]; nextCursor: string | null }> {
  const rows = await db.import.findMany({
    where: {
      projectId,
      ...newestFirst.after(cursor),
    },
    select: columns,
    orderBy: newestFirst.orderBy,
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(toImport);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? newestFirst.cursorOf(last) : null,
  };
}

export async function setJob(db: Db, importId: ImportId, jobId: JobId): Promise<void> {
  await db.import.update({ where: { id: importId }, data: { jobId }, select: { id: true } });
}

interface Move {
  /** only while this is the job at work on it: an earlier one that ends late changes nothing */
  readonly jobId?: JobId;
  readonly from: readonly ImportState[];
  readonly to: ImportState;
  readonly format?: ImportFormat;
  readonly check?: ImportCheck;
  readonly plan?: ImportPlan;
  readonly promptModelVersionId?: ModelVersionId | null;
  readonly report?: ImportReport;
  readonly error?: string;
}

/** Moves an import on, with what the move brings. @returns false when it was in none of the states it may come from */
export async function move(db: Db, importId: ImportId, step: Move): Promise<boolean> {
  const { from, to, check, plan, report, error, format, promptModelVersionId } = step;
  const { count } = await db.import.updateMany({
    where: { id: importId, state: { in: [...from] }, ...(step.jobId ? { jobId: step.jobId } : {}) },
    data: {
      state: to,
      error: error?.slice(0, 2_000) ?? null,
      finishedAt: ['done', 'failed', 'cancelled'].includes(to) ? new Date() : null,
      ...(format ? { format } : {}),
      ...(promptModelVersionId === undefined ? {} : { promptModelVersionId }),
      ...(check ? { check: json(check) } : {}),
      ...(plan ? { plan: json(plan) } : {}),
      ...(report ? { report: json(report) } : {}),
    },
  });
  return count > 0;
}

const json = (value: object): Prisma.InputJsonObject =>
  JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject;

/** Adds to the report what boxes came to nothing; the list is kept short, the count is not. */
export async function addProblems(
  db: Db,
  importId: ImportId,
  problems: readonly { where: string; message: string }[],
  mostShown: number,
): Promise<void> {
  if (problems.length === 0) return;
  const rows = await db.$queryRaw<{ report: ImportReport | null }[]>`
    SELECT "report" FROM "Import" WHERE "id" = ${importId}::uuid FOR UPDATE`;
  const report = rows[0]?.report;
  if (!report) return;
  const shown = [...report.problems.shown, ...problems].slice(0, mostShown);
  const total = report.problems.total + problems.length;
  await db.import.update({
    where: { id: importId },
    data: { report: json({ ...report, problems: { total, shown } }) },
    select: { id: true },
  });
}

/** @returns false when it is at work, or wrote something: what masks came from stays known */
export async function remove(db: Db, importId: ImportId, from: readonly ImportState[]): Promise<boolean> {
  const { count } = await db.import.deleteMany({
    where: { id: importId, state: { in: [...from] }, masks: { none: {} } },
  });
  return count > 0;
}

/** The work on an import's boxes by its state; the newest job of each image counts. */
export async function promptJobs(db: Db, importId: ImportId): Promise<Partial<Record<JobState, number>>> {
  const rows = await db.$queryRaw<{ state: JobState; count: number }[]>`
    SELECT j."state"::text AS "state", count(*)::int AS "count"
    FROM (SELECT DISTINCT ON ("key") "state" FROM "Job"
          WHERE "name" = 'import.prompt' AND "key" LIKE ${`${importId}\\_%`}
          ORDER BY "key", "createdAt" DESC) j
    GROUP BY j."state"`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

// ---- what an import needs to know of its project --------------------------------------------------------

export interface ImageTarget {
  readonly id: ImageId;
  readonly sha256: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly status: ImageStatus;
}

/** All live images of a project, some thousands at a time. */
export async function* targets(db: Db, projectId: ProjectId, limit = 5_000): AsyncGenerator<ImageTarget> {
  let after: string | null = null;
  for (;;) {
    const rows: (Omit<ImageTarget, 'status'> & { status: Parameters<typeof toDomain>[0] })[] =
      await db.image.findMany({
        where: { projectId, ...countedImageWhere, ...(after === null ? {} : { id: { gt: after } }) },
        select: { id: true, sha256: true, name: true, width: true, height: true, status: true },
        orderBy: { id: 'asc' },
        take: limit,
      });
    for (const row of rows) yield { ...row, status: toDomain(row.status) as ImageStatus };
    const last = rows.at(-1);
    if (rows.length < limit || !last) return;
    after = last.id;
  }
}

// ---- masks ---------------------------------------------------------------------------------------------

export interface MaskToImport {
  readonly id: MaskId;
  readonly revisionId: RevisionId;
  readonly classId: ClassId | null;
  /** of the same image: one of the masks given along with it, or one that is there */
  readonly parentId: MaskId | null;
  /** COCO compressed counts */
  readonly counts: string;
  readonly area: number;
  readonly box: MaskBox;
  readonly score: number | null;
  readonly predictedIou: number | null;
  readonly stability: number | null;
  readonly prompts?: PromptTrail;
}

export interface MasksOf {
  readonly importId: ImportId;
  readonly imageId: ImageId;
  readonly stage: Stage;
  readonly edit: Edit;
  readonly origin: Origin;
  readonly modelVersionId: ModelVersionId | null;
}

/** Which of these masks are there, removed ones among them (IM4). */
export async function known(db: Db, maskIds: readonly MaskId[]): Promise<Set<MaskId>> {
  const rows = await db.mask.findMany({ where: { id: { in: [...maskIds] } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** Adds new masks on top of the image, in the order given. A few statements, however many masks. */
export async function addMasks(db: Db, of: MasksOf, masks: readonly MaskToImport[]): Promise<void> {
  if (masks.length === 0) return;
  const { importId, imageId, edit, origin, modelVersionId } = of;
  const stage = toRow(of.stage);
  const top = await db.mask.aggregate({ where: { imageId, removedAt: null }, _max: { zIndex: true } });
  const first = (top._max.zIndex ?? 0) + 1;
  await db.mask.createMany({
    data: masks.map(({ id, classId }, at) => ({
      id,
      imageId,
      classId,
      zIndex: first + at,
      stage,
      origin,
      importId,
    })),
  });
  await db.maskRevision.createMany({
    data: masks.map((mask) => ({
      id: mask.revisionId,
      maskId: mask.id,
      imageId,
      seq: 1,
      edit,
      origin,
      stage,
      counts: mask.counts,
      area: mask.area,
      boxX: mask.box.x,
      boxY: mask.box.y,
      boxW: mask.box.width,
      boxH: mask.box.height,
      prompts: mask.prompts ? (mask.prompts as Prisma.InputJsonArray) : Prisma.DbNull,
      modelVersionId,
      score: mask.score,
      predictedIou: mask.predictedIou,
      stability: mask.stability,
    })),
  });
  await db.$executeRaw`
    UPDATE "Mask" m SET "headRevisionId" = r."id", "headArea" = r."area", "headAt" = r."createdAt", "headAuthorId" = r."authorId", "parentId" = p."parentId"
    FROM "MaskRevision" r
    JOIN unnest(${masks.map(({ revisionId }) => revisionId)}::uuid[], ${masks.map(({ parentId }) => parentId)}::uuid[])
      AS p("revisionId", "parentId") ON p."revisionId" = r."id"
    WHERE m."id" = r."maskId"`;
}
