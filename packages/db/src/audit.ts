import type { ProjectId, UserId } from '@maskloop/domain';
import type { Db } from './client.ts';
import { fromCursor, toCursor } from './cursor.ts';
import type { Prisma } from './generated/client.ts';

export interface AuditEntry {
  readonly userId: UserId | null;
  readonly projectId?: ProjectId | null;
  /** the procedure or route, such as "project.create" */
  readonly action: string;
  /** id of what it was done to */
  readonly subject?: string | null;
  /** the input without secrets and pixels */
  readonly detail?: Prisma.InputJsonValue;
  readonly address?: string | null;
}

export async function append(db: Db, entry: AuditEntry): Promise<void> {
  await db.auditEvent.create({
    data: {
      userId: entry.userId,
      projectId: entry.projectId ?? null,
      action: entry.action,
      subject: entry.subject ?? null,
      detail: entry.detail ?? {},
      address: entry.address ?? null,
    },
    select: { id: true },
  });
}

export interface AuditFilter {
  readonly projectId?: ProjectId | undefined;
  readonly userId?: UserId | undefined;
  readonly action?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface AuditPage {
  readonly items: readonly {
    readonly id: string;
    readonly at: Date;
    readonly action: string;
    readonly subject: string | null;
    readonly detail: unknown;
    readonly address: string | null;
    readonly projectId: ProjectId | null;
    readonly user: { readonly id: UserId; readonly name: string } | null;
  }[];
  readonly nextCursor: string | null;
}

/** Newest first. */
export async function page(
  db: Db,
  { projectId, userId, action, cursor, limit }: AuditFilter,
): Promise<AuditPage> {
  const before = cursor ? BigInt(fromCursor(cursor)[1].replace(/\D/g, '') || 0) : null;
  const rows = await db.auditEvent.findMany({
    where: {
      ...(projectId ? { projectId } : {}),
      ...(userId ? { userId } : {}),
      ...(action ? { action } : {}),
      ...(before === null ? {} : { id: { lt: before } }),
    },
    select: {
      id: true,
      at: true,
      action: true,
      subject: true,
      detail: true,
      address: true,
      projectId: true,
      user: { select: { id: true, name: true } },
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map((row) => ({ ...row, id: row.id.toString() }));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? toCursor([null, last.id]) : null };
}
