import type { Db } from '@maskloop/db';

/** So many images of 640 x 480 straight into PostgreSQL: half of them open, a quarter submitted, a quarter accepted. */
export async function fillImages(tx: Db, projectId: string, images: number): Promise<void> {
  // foreign keys and triggers are looked at by tests; here they would take most of the time
  await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
  // ids go up with time, as those of UUID version 7 do
  await tx.$executeRaw`
    INSERT INTO "Image" ("id", "projectId", "sha256", "name", "width", "height", "format", "bytes", "status")
    SELECT (to_char(n, 'FM000000000000') || '7fff' || '8' || substr(md5(${projectId}::text || n), 1, 15))::uuid, ${projectId}::uuid, encode(sha256(n::text::bytea), 'hex'), n || '.jpg', 640, 480, 'jpeg', 1,
           (CASE n % 4 WHEN 0 THEN 'accepted' WHEN 1 THEN 'submitted' ELSE 'open' END)::"ImageStatus"
    FROM generate_series(1, ${images}::int) n`;
}
