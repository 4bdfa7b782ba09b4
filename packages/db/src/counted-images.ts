// DL3: which rows of "Image" count as images. Every list, count and selection over a project's images says it by one of
// these; only what is about one row by its id (editor, leases, saving) takes second labelings, too.
import { Prisma } from './generated/client.ts';

/** SQL text of a condition on the "Image" row `i`: it is live, and no second labeling of another. */
export const countedImageSql = Prisma.sql`i."deletedAt" IS NULL AND i."secondOfId" IS NULL`;

/** The same for Prisma's queries. */
export const countedImageWhere = { deletedAt: null, secondOfId: null } as const;
