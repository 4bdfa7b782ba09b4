import { type DbClient, inTransaction } from '@maskloop/db';
import { makeModel, makeProject, makeUser } from '@maskloop/db/testing';
import { compressCounts, encodeRle, maskBox, rleArea } from '@maskloop/sam-core';
import { bulkLoad } from './bulk-load.ts';
import { fillImages } from './fill-images.ts';

const SIZE = { width: 640, height: 480 };

/** Ragged discs from 10 to 72 pixels of radius: 46 to 300 runs. */
export const SHAPES = Array.from({ length: 32 }, (_, n) => {
  const data = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
    const [x, y] = [(i % SIZE.width) - 120 - 12 * n, Math.floor(i / SIZE.width) - 240];
    return Number(Math.hypot(x, y) < 10 + 2 * n + 3 * Math.sin(Math.atan2(y, x) * (5 + n)));
  });
  const rle = encodeRle({ ...SIZE, data });
  const box = maskBox({ ...SIZE, data });
  if (box === null) throw new Error('the shape is not empty');
  const { x0: x, y0: y } = box;
  const counts = compressCounts(rle.counts);
  return { n, counts, area: rleArea(rle), x, y, width: box.x1 - x, height: box.y1 - y };
});

/** Straight into PostgreSQL: one revision a mask, a proposal for every four masks, five classes, two authors. */
export async function fillMasks(
  db: DbClient,
  { masks, images: most }: { readonly masks: number; readonly images: number },
): Promise<{ projectId: string; ownerId: string; modelVersionId: string }> {
  const project = await makeProject(db, { classes: ['a', 'b', 'c', 'd', 'e'] });
  const other = await makeUser(db);
  const model = await makeModel(db);
  const perImage = Math.ceil(masks / most);
  const images = Math.ceil(masks / perImage);
  const all = perImage + Math.ceil(perImage / 4);
  await inTransaction(
    db,
    async (tx) => {
      await bulkLoad(tx, ['Mask', 'MaskRevision'], async () => {
        await fillImages(tx, project.id, images);
        // image after image as people save them, ids going up with time as those of UUID version 7 do
        await tx.$executeRaw`
    CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
    SELECT (to_char(i.n, 'FM00000000') || to_char(k, 'FM0000') || '7000' || '8' || substr(md5(i.n || ' ' || k), 1, 15))::uuid AS "maskId",
           (to_char(i.n, 'FM00000000') || to_char(k, 'FM0000') || '7001' || '8' || substr(md5(k || ' ' || i.n), 1, 15))::uuid AS "revisionId",
           i."id" AS "imageId", (${project.classIds}::uuid[])[1 + k % 5] AS "classId",
           (CASE WHEN k > ${perImage}::int THEN 'proposed' ELSE 'assisted' END)::"Origin" AS "origin",
           CASE k % 2 WHEN 0 THEN ${project.ownerId}::uuid ELSE ${other.id}::uuid END AS "authorId",
           now() - (${images}::int - i.n) * interval '10 minutes' + k * interval '1 second' AS "at",
           hashint8(i.n * 1000 + k) & 31 AS "shape"
    FROM (SELECT "id", row_number() OVER (ORDER BY "id") AS n FROM "Image") i CROSS JOIN generate_series(1, ${all}::int) k
    ORDER BY i.n, k`;
        await tx.$executeRaw`
    CREATE TEMPORARY TABLE shape ON COMMIT DROP AS
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(SHAPES)}::jsonb) s(n int, counts text, area int, x int, y int, width int, height int)`;
        await tx.$executeRaw`ANALYZE drawn, shape`;
        await tx.$executeRaw`
    INSERT INTO "Mask" ("id", "imageId", "classId", "stage", "origin", "createdById", "createdAt", "updatedAt", "headRevisionId", "headArea", "headAt", "headAuthorId")
    SELECT "maskId", "imageId", "classId", 'semi_automatic', "origin", "authorId", "at", "at", "revisionId", s.area, "at", "authorId"
    FROM drawn JOIN shape s ON s.n = "shape"`;
        await tx.$executeRaw`
    INSERT INTO "MaskRevision" ("id", "maskId", "imageId", "seq", "edit", "origin", "stage", "counts", "area", "boxX", "boxY", "boxW", "boxH", "authorId", "createdAt", "modelVersionId", "prompts", "promptCount", "activeMs")
    SELECT "revisionId", "maskId", "imageId", 1, 'prompt', "origin", 'semi_automatic', s.counts, s.area, s.x, s.y, s.width, s.height, "authorId", "at", ${model.id}::uuid,
           '[{"points": [{"x": 320.5, "y": 240.5, "label": "foreground"}], "box": null, "feedback": false, "candidate": 1}]', 1, 2500
    FROM drawn JOIN shape s ON s.n = "shape"`;
      });
    },
    { timeoutMs: 3_600_000 },
  );
  await db.$executeRawUnsafe('VACUUM ANALYZE "Image", "Mask", "MaskRevision"');
  return { projectId: project.id, ownerId: project.ownerId, modelVersionId: model.id };
}
