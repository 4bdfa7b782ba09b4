// What planted proposals tell about how closely people look.
import type { ProjectId, TallyOfPerson } from '@maskloop/domain';
import type { Db } from './client.ts';
import { Prisma } from './generated/client.ts';
import type { MetricsScope } from './metrics.ts';

/** PP6: how many of the settled ones were caught, by who judged them, by name; filtered as all figures are (AN3). */
export async function byPerson(db: Db, scope: MetricsScope): Promise<TallyOfPerson[]> {
  const { projectId, since, until, personId } = scope;
  const at = Prisma.sql`COALESCE(m."removedAt", m."headAt")`;
  const person = Prisma.sql`COALESCE(m."removedById", h."authorId")`;
  return db.$queryRaw<TallyOfPerson[]>`
    SELECT p."personId", u."name", p."all", p."hits"
    FROM (
      SELECT ${person} AS "personId", count(*)::int AS "all",
             (count(*) FILTER (WHERE m."planted" IN ('caught', 'remade')))::int AS "hits"
      FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId" JOIN "MaskRevision" h ON h."id" = m."headRevisionId"
      WHERE i."projectId" = ${projectId}::uuid AND i."deletedAt" IS NULL AND m."planted" IN ('caught', 'remade', 'missed')
        ${since ? Prisma.sql`AND ${at} >= ${since}` : Prisma.empty}
        ${until ? Prisma.sql`AND ${at} < ${until}` : Prisma.empty}
        ${personId ? Prisma.sql`AND ${person} = ${personId}::uuid` : Prisma.empty}
      GROUP BY 1) p
    LEFT JOIN "User" u ON u."id" = p."personId" ORDER BY u."name", p."personId"`;
}

/** Those that lie among proposals and are not settled. */
export async function waiting(db: Db, projectId: ProjectId): Promise<number> {
  return db.mask.count({
    where: { planted: 'open', withdrawnByRunId: null, image: { projectId, deletedAt: null } },
  });
}
