// What reviewers say of people's submissions.
import type { TallyOfPerson } from '@maskloop/domain';
import type { Db } from './client.ts';
import { countedImageSql } from './counted-images.ts';
import { Prisma } from './generated/client.ts';
import type { MetricsScope } from './metrics.ts';

/**
 * AN4: first verdicts on images and how many of them accepted, by who had submitted, by name; filtered as all figures
 * are (AN3), by the day of the verdict.
 */
export async function byPerson(db: Db, scope: MetricsScope): Promise<TallyOfPerson[]> {
  const { projectId, since, until, personId } = scope;
  return db.$queryRaw<TallyOfPerson[]>`
    SELECT p."personId", u."name", p."all", p."hits"
    FROM (
      SELECT a."userId" AS "personId", count(*)::int AS "all",
             (count(*) FILTER (WHERE r."verdict" = 'accepted'))::int AS "hits"
      FROM (
        SELECT DISTINCT ON (r."imageId") r."assignmentId", r."verdict", r."at"
        FROM "Review" r JOIN "Image" i ON i."id" = r."imageId"
        WHERE i."projectId" = ${projectId}::uuid AND ${countedImageSql}
        ORDER BY r."imageId", r."at", r."id") r
      LEFT JOIN "Assignment" a ON a."id" = r."assignmentId"
      WHERE true
        ${since ? Prisma.sql`AND r."at" >= ${since}` : Prisma.empty}
        ${until ? Prisma.sql`AND r."at" < ${until}` : Prisma.empty}
        ${personId ? Prisma.sql`AND a."userId" = ${personId}::uuid` : Prisma.empty}
      GROUP BY 1) p
    LEFT JOIN "User" u ON u."id" = p."personId" ORDER BY u."name", p."personId"`;
}
