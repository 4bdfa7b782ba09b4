import { isHumanVerified, ORIGINS, type ProjectId, type RunScope } from '@maskloop/domain';
import { countedImageSql } from './counted-images.ts';
import { Prisma } from './generated/client.ts';
import { genuineSql } from './planted.ts';
import { toRow } from './to-domain.ts';

/** SQL text of a condition on the "Image" row `i`: the text is part of its name, whatever the letter case. */
export function nameContainsSql(text: string): Prisma.Sql {
  return Prisma.sql`i."name" ILIKE ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`;
}

/** SQL text of a condition on the "Image" row `i`: it is live and in the scope. */
export function scopeSql(projectId: ProjectId, scope: RunScope): Prisma.Sql {
  const parts = [Prisma.sql`i."projectId" = ${projectId}::uuid AND ${countedImageSql}`];
  switch (scope.kind) {
    case 'all':
      break;
    case 'images':
      parts.push(Prisma.sql`i."id" = ANY (${scope.imageIds}::uuid[])`);
      break;
    case 'filter': {
      const { statuses, hasProposals, hasVerified, search } = scope;
      if (statuses) parts.push(Prisma.sql`i."status" = ANY (${statuses.map(toRow)}::"ImageStatus"[])`);
      if (search) parts.push(nameContainsSql(search));
      if (hasProposals !== undefined) parts.push(hasMaskSql(hasProposals, ['proposed']));
      if (hasVerified !== undefined) parts.push(hasMaskSql(hasVerified, ORIGINS.filter(isHumanVerified)));
      break;
    }
    default:
      return scope satisfies never;
  }
  return Prisma.join(parts, ' AND ');
}

function hasMaskSql(has: boolean, origins: readonly string[]): Prisma.Sql {
  const exists = Prisma.sql`EXISTS (
    SELECT 1 FROM "Mask" m WHERE m."imageId" = i."id" AND m."removedAt" IS NULL AND m."origin" = ANY (${[...origins]}::"Origin"[])
      AND ${genuineSql()})`;
  return has ? exists : Prisma.sql`NOT ${exists}`;
}
