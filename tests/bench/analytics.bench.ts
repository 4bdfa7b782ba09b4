// The figures of a project with 200,000 revisions: as a whole (overview), by every dimension (analytics), and as CSV.
// Beside the whole stands what it costs to read every mask and add up outside the database.
// npm run bench -- analytics
import { createDb, type DbClient, inTransaction, metrics } from '@maskloop/db';
import { makeModel, makeProject, makeUser, rectangleCounts } from '@maskloop/db/testing';
import { DIMENSIONS } from '@maskloop/domain';
import { applyMigrations } from '../../scripts/lib/migrate.mjs';
import { startScratchPostgres } from '../../scripts/lib/postgres.mjs';
import { fillImages } from './fill-images.ts';

const IMAGES = Number(process.env.BENCH_IMAGES ?? 2_000);
const PER_IMAGE = 50;
const SIZE = { width: 640, height: 480 };

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${what.padEnd(56)} ${seconds.toFixed(2).padStart(8)} s`);
  return result;
}

/** Straight into PostgreSQL: a proposal and what a person made of it for every mask, over half a year. */
async function fill(db: DbClient): Promise<string> {
  const people = [await makeUser(db), await makeUser(db), await makeUser(db)].map(({ id }) => id);
  const model = await makeModel(db);
  const project = await makeProject(db, { classes: Array.from({ length: 20 }, (_, n) => `class ${n}`) });
  // runs of a real outline take some hundred bytes
  const counts = rectangleCounts({ x: 10, y: 0, width: 60, height: 100 }, SIZE);
  await inTransaction(
    db,
    async (tx) => {
      await fillImages(tx, project.id, IMAGES);
      await tx.$executeRaw`
    INSERT INTO "Mask" ("id", "imageId", "classId", "stage", "origin", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), i."id", (${project.classIds}::uuid[])[1 + n % 20], 'semi_automatic',
           (CASE n % 3 WHEN 0 THEN 'accepted' ELSE 'corrected' END)::"Origin",
           now() - random() * interval '180 days', now()
    FROM "Image" i, generate_series(1, ${PER_IMAGE}) n`;
      await tx.$executeRaw`
    INSERT INTO "MaskRevision" ("id", "maskId", "imageId", "seq", "edit", "origin", "stage", "counts", "area", "boxX", "boxY", "boxW", "boxH",
                                "authorId", "activeMs", "promptCount", "iouWithProposal", "modelVersionId", "createdAt")
    SELECT gen_random_uuid(), m."id", m."imageId", s."seq", (CASE s."seq" WHEN 1 THEN 'propose' ELSE 'prompt' END)::"Edit",
           CASE s."seq" WHEN 1 THEN 'proposed' ELSE m."origin" END, 'semi_automatic', repeat(${counts}, 20), 6000, 10, 0, 60, 100,
           CASE s."seq" WHEN 2 THEN (${people}::uuid[])[1 + floor(random() * 3)::int] END,
           CASE s."seq" WHEN 2 THEN (random() * 20000)::int ELSE 0 END, s."seq" * 2, CASE s."seq" WHEN 2 THEN random() END,
           ${model.id}::uuid, m."createdAt"
    FROM "Mask" m CROSS JOIN generate_series(1, 2) s("seq")`;
      await tx.$executeRaw`
    UPDATE "Mask" m SET "headRevisionId" = r."id", "headArea" = r."area", "headAt" = r."createdAt", "headAuthorId" = r."authorId"
    FROM "MaskRevision" r WHERE r."maskId" = m."id" AND r."seq" = 2`;
    },
    { timeoutMs: 3_600_000 },
  );
  await db.$executeRawUnsafe('VACUUM ANALYZE "Image", "Mask", "MaskRevision"');
  return project.id;
}

const postgres = await startScratchPostgres({ label: 'bench' });
try {
  await applyMigrations(postgres.url);
  const db = createDb(postgres.url);
  const projectId = await timed(`making ${IMAGES * PER_IMAGE * 2} revisions`, () => fill(db));
  await timed('figures of the whole, first time', () => metrics.figures(db, { projectId }));
  await timed('figures of the whole', () => metrics.figures(db, { projectId }));
  await timed('figures by every dimension', () => metrics.figuresBy(db, { projectId }, DIMENSIONS));
  await timed('histogram', () => metrics.iouHistogram(db, { projectId }));
  const since = new Date(Date.now() - 28 * 86_400_000);
  await timed('figures by every dimension, last 4 weeks', () =>
    metrics.figuresBy(db, { projectId, since }, DIMENSIONS),
  );
  await timed('every mask as CSV reads them', async () => {
    let masks = 0;
    for await (const page of metrics.streamMasks(db, { projectId })) masks += page.length;
    if (masks !== IMAGES * PER_IMAGE) throw new Error(`${masks} masks were read`);
  });
  await db.$disconnect();
} finally {
  await postgres.stop();
}
