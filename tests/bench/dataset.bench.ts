// Dataset versions of a million masks: the builder's counts, freezing, and the difference of two versions. Beside the
// counts stands what they were before: one row for each image and reason, added up outside the database.
// npm run bench -- dataset
import { createDb, type DbClient, datasetDifference, datasets, inTransaction } from '@maskloop/db';
import { makeProject, makeUser, rectangleCounts } from '@maskloop/db/testing';
import { DatasetFilter, SplitRule } from '@maskloop/domain';
import { applyMigrations } from '../../scripts/lib/migrate.mjs';
import { startScratchPostgres } from '../../scripts/lib/postgres.mjs';

const IMAGES = Number(process.env.BENCH_IMAGES ?? 10_000);
const PER_IMAGE = 100;
const SIZE = { width: 640, height: 480 };
const splits = SplitRule.parse({});

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${what.padEnd(56)} ${seconds.toFixed(2).padStart(8)} s`);
  return result;
}

/** Straight into PostgreSQL: one revision a mask, a fifth of them proposals, five classes, two authors. */
async function fill(db: DbClient): Promise<{ projectId: string; ownerId: string }> {
  const project = await makeProject(db, { classes: ['a', 'b', 'c', 'd', 'e'] });
  const other = await makeUser(db);
  const counts = rectangleCounts({ x: 10, y: 0, width: 60, height: 100 }, SIZE);
  await inTransaction(
    db,
    async (tx) => {
      // foreign keys and triggers are looked at by tests; here they would take most of the time
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
      await tx.$executeRaw`
    INSERT INTO "Image" ("id", "projectId", "sha256", "name", "width", "height", "format", "bytes", "status")
    SELECT gen_random_uuid(), ${project.id}::uuid, encode(sha256(n::text::bytea), 'hex'), n || '.jpg', 640, 480, 'jpeg', 1,
           (CASE n % 4 WHEN 0 THEN 'accepted' WHEN 1 THEN 'submitted' ELSE 'open' END)::"ImageStatus"
    FROM generate_series(1, ${IMAGES}) n`;
      await tx.$executeRaw`
    INSERT INTO "Mask" ("id", "imageId", "classId", "stage", "origin", "createdById", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), i."id", (${project.classIds}::uuid[])[1 + n % 5], 'semi_automatic',
           (CASE n % 5 WHEN 0 THEN 'proposed' ELSE 'assisted' END)::"Origin",
           CASE n % 2 WHEN 0 THEN ${project.ownerId}::uuid ELSE ${other.id}::uuid END, now(), now()
    FROM "Image" i, generate_series(1, ${PER_IMAGE}) n`;
      await tx.$executeRaw`
    INSERT INTO "MaskRevision" ("id", "maskId", "imageId", "seq", "edit", "origin", "stage", "counts", "area", "boxX", "boxY", "boxW", "boxH", "authorId")
    SELECT gen_random_uuid(), "id", "imageId", 1, 'prompt', "origin", 'semi_automatic', ${counts}, 6000, 10, 0, 60, 100, "createdById"
    FROM "Mask"`;
      await tx.$executeRaw`
    UPDATE "Mask" m SET "headRevisionId" = r."id", "headArea" = r."area", "headAt" = r."createdAt"
    FROM "MaskRevision" r WHERE r."maskId" = m."id"`;
    },
    { timeoutMs: 3_600_000 },
  );
  await db.$executeRawUnsafe('VACUUM ANALYZE "Image", "Mask", "MaskRevision"');
  return { projectId: project.id, ownerId: project.ownerId };
}

/** What the counts cost when every image comes back by itself. */
async function perImage(db: DbClient, projectId: string): Promise<number> {
  const rows = await db.$queryRaw<{ imageId: string; origin: string; classId: string; masks: number }[]>`
    SELECT m."imageId", m."origin"::text AS "origin", m."classId", count(*)::int AS "masks"
    FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId"
    WHERE i."projectId" = ${projectId}::uuid AND m."removedAt" IS NULL GROUP BY 1, 2, 3`;
  return rows.reduce((sum, { masks }) => sum + masks, 0);
}

const postgres = await startScratchPostgres({ label: 'bench' });
try {
  await applyMigrations(postgres.url);
  const db = createDb(postgres.url);
  const { projectId, ownerId } = await timed(`making ${IMAGES * PER_IMAGE} masks`, () => fill(db));
  const count = (filter: object) =>
    datasets.preview(db, projectId, { filter: DatasetFilter.parse(filter), splits });
  await count({});
  const plain = await timed('counts, default filter', () => count({}));
  await timed('the same as rows of images, added up outside', () => perImage(db, projectId));
  await timed('counts, images accepted', () => count({ imageStatuses: ['accepted'] }));
  await timed('counts, one author', () => count({ authorIds: [ownerId] }));
  const input = { projectId, name: 'bench', notes: '', splits, createdById: ownerId };
  const freeze = () => datasets.freeze(db, { ...input, filter: DatasetFilter.parse({}) });
  const first = await timed(`freezing ${plain.masks} masks`, freeze);
  await db.$executeRaw`UPDATE "Mask" SET "removedAt" = now(), "removedById" = ${ownerId}::uuid WHERE "id" IN
    (SELECT "id" FROM "Mask" WHERE "origin" = 'assisted' ORDER BY "id" LIMIT ${IMAGES})`;
  const second = await timed('freezing again, some removed', freeze);
  await timed('counts, only new since the first version', () => count({ sinceVersionId: first.id }));
  const rows = await timed('difference of both versions', () =>
    datasetDifference.difference(db, first.id, second.id),
  );
  const removed = rows.reduce((sum, row) => sum + row.removed, 0);
  if (removed !== IMAGES) throw new Error(`${removed} masks are called removed, ${IMAGES} were`);
  await timed('24 examples of what was removed', () =>
    datasetDifference.examples(db, first.id, second.id, { change: 'removed', limit: 24 }),
  );
  await db.$disconnect();
} finally {
  await postgres.stop();
}
