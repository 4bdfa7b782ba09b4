import {
  type ImageId,
  type LabelClassInput,
  type MembershipRole,
  type ModelVersionId,
  type Project,
  type ProjectId,
  type ProjectInput,
  type ProjectPatch,
  ProjectSettings,
  type Role,
  type UserId,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { defined } from './defined.ts';
import { genuineSql, plausibleSql } from './planted.ts';
import { projectSelect, toDomain, toProject } from './to-domain.ts';

export interface NewProject extends Omit<ProjectInput, 'confidentIou' | 'confidentStability'> {
  readonly confidentIou: number;
  readonly confidentStability: number;
  readonly ownerId: UserId;
  readonly classes: readonly LabelClassInput[];
  readonly activeModelVersionId?: ModelVersionId | null;
  readonly isDemo?: boolean;
}

/** The project, its classes in the given order and the owner's membership as lead, in one write. */
export async function create(db: Db, input: NewProject): Promise<{ id: ProjectId }> {
  return db.project.create({
    data: {
      name: input.name,
      guide: input.guide,
      confidentIou: input.confidentIou,
      confidentStability: input.confidentStability,
      activeModelVersionId: input.activeModelVersionId ?? null,
      isDemo: input.isDemo ?? false,
      memberships: { create: { userId: input.ownerId, role: 'lead' } },
      classes: {
        create: input.classes.map(({ name, colour, kind, parentId }, at) => ({
          index: at + 1,
          name,
          colour: colour.toLowerCase(),
          kind,
          parentId,
        })),
      },
    },
    select: { id: true },
  });
}

export interface ProjectListed extends Project {
  readonly role: Role;
  readonly imageCount: number;
  /** submitted or accepted */
  readonly doneCount: number;
  /** not removed */
  readonly maskCount: number;
  readonly thumbnails: readonly ImageId[];
}

type ListedRow = Omit<Parameters<typeof toProject>[0], never> & {
  role: MembershipRole | null;
  imageCount: number;
  doneCount: number;
  maskCount: number;
  thumbnails: string[];
};

/** One query. Admins see every project; archived ones are left out. Newest first. */
export async function listFor(
  db: Db,
  user: { readonly id: UserId; readonly isAdmin: boolean },
): Promise<ProjectListed[]> {
  const rows = await db.$queryRaw<ListedRow[]>`
    SELECT p."id", p."name", p."guide", p."stage"::text AS "stage", p."activeModelVersionId", p."confidentIou",
           p."confidentStability", p."isDemo", p."createdAt", m."role"::text AS "role",
           c."images" AS "imageCount", c."done" AS "doneCount",
           (SELECT count(*)::int FROM "Mask" k JOIN "Image" i ON i."id" = k."imageId"
             WHERE i."projectId" = p."id" AND ${countedImageSql} AND k."removedAt" IS NULL
               AND CASE WHEN ${user.isAdmin} OR m."role" = 'lead' THEN ${genuineSql('k')} ELSE ${plausibleSql('k')} END) AS "maskCount",
           ARRAY(SELECT i."id"::text FROM "Image" i WHERE i."projectId" = p."id" AND ${countedImageSql}
                 ORDER BY i."createdAt" DESC, i."id" DESC LIMIT 4) AS "thumbnails"
    FROM "Project" p
    LEFT JOIN "Membership" m ON m."projectId" = p."id" AND m."userId" = ${user.id}::uuid
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS "images",
             (count(*) FILTER (WHERE i."status" IN ('submitted', 'accepted')))::int AS "done"
      FROM "Image" i WHERE i."projectId" = p."id" AND ${countedImageSql}) c
    WHERE p."archivedAt" IS NULL AND (m."role" IS NOT NULL OR ${user.isAdmin})
    ORDER BY p."createdAt" DESC, p."id" DESC`;
  return rows.map((row) => ({
    ...toProject(row),
    role: user.isAdmin ? 'admin' : (row.role ?? 'annotator'),
    imageCount: row.imageCount,
    doneCount: row.doneCount,
    maskCount: row.maskCount,
    thumbnails: row.thumbnails,
  }));
}

/** Archived ones too: `archivedAt` says so. */
export async function get(
  db: Db,
  projectId: ProjectId,
): Promise<
  | (Project & {
      readonly settings: ProjectSettings;
      readonly archivedAt: Date | null;
      readonly memberCount: number;
    })
  | null
> {
  const row = await db.project.findUnique({
    where: { id: projectId },
    select: { ...projectSelect, settings: true, archivedAt: true, _count: { select: { memberships: true } } },
  });
  return (
    row && {
      ...toProject(row),
      settings: ProjectSettings.parse(row.settings),
      archivedAt: row.archivedAt,
      memberCount: row._count.memberships,
    }
  );
}

/** Fields left out stay as they are. */
export async function update(
  db: Db,
  projectId: ProjectId,
  changes: { [K in keyof ProjectPatch]?: ProjectPatch[K] | undefined },
): Promise<void> {
  const { name, guide, confidentIou, confidentStability, gates, workOrder, plantedShare, doubleLabelShare } =
    changes;
  await db.project.update({
    where: { id: projectId },
    data: defined({ name, guide, confidentIou, confidentStability }),
    select: { id: true },
  });
  const settings = defined({ gates, workOrder, plantedShare, doubleLabelShare });
  if (Object.keys(settings).length === 0) return;
  // merged in the database: settings that this change does not name stay
  await db.$executeRaw`
    UPDATE "Project" SET "settings" = "settings" || ${JSON.stringify(settings)}::jsonb WHERE "id" = ${projectId}::uuid`;
}

export async function archive(db: Db, projectId: ProjectId): Promise<void> {
  await db.project.updateMany({
    where: { id: projectId, archivedAt: null },
    data: { archivedAt: new Date() },
  });
}

/** null: the project works without a model. */
export async function setActiveModel(
  db: Db,
  projectId: ProjectId,
  modelVersionId: ModelVersionId | null,
): Promise<void> {
  await db.project.update({
    where: { id: projectId },
    data: { activeModelVersionId: modelVersionId },
    select: { id: true },
  });
}

export async function findDemo(db: Db): Promise<{ id: ProjectId } | null> {
  return db.project.findFirst({ where: { isDemo: true }, select: { id: true } });
}

/** Of all kinds, archived ones too. */
export async function count(db: Db): Promise<number> {
  return db.project.count();
}

/** Really deletes the demo project with everything in it. Other projects are archived, never erased. */
export async function eraseDemo(db: Db): Promise<boolean> {
  const { count } = await db.project.deleteMany({ where: { isDemo: true } });
  return count > 0;
}

export async function settingsOf(db: Db, projectId: ProjectId): Promise<ProjectSettings> {
  const row = await db.project.findUnique({ where: { id: projectId }, select: { settings: true } });
  return ProjectSettings.parse(row?.settings ?? {});
}

/** Settings left out stay as they are. */
export async function updateSettings(
  db: Db,
  projectId: ProjectId,
  changes: Partial<ProjectSettings>,
): Promise<void> {
  await db.$executeRaw`
    UPDATE "Project" SET "settings" = "settings" || ${JSON.stringify(changes)}::jsonb WHERE "id" = ${projectId}::uuid`;
}

/** The stage as the domain names it; for callers that need nothing else. */
export async function stageOf(db: Db, projectId: ProjectId): Promise<Project['stage'] | null> {
  const row = await db.project.findUnique({ where: { id: projectId }, select: { stage: true } });
  return row && toDomain(row.stage);
}
