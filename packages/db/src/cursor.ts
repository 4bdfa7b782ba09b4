import { DomainError } from '@maskloop/domain';
import { z } from 'zod';

const Position = z.tuple([z.union([z.string(), z.number(), z.null()]), z.string()]);

/** Where a page ended: value of the sort column and id. Opaque to clients. */
export type Position = z.infer<typeof Position>;

export function toCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws DomainError INVALID_INPUT for anything that `toCursor` did not make */
export function fromCursor(cursor: string): Position {
  try {
    return Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw notOurs(cursor);
  }
}

/** A list of what was made last first: order, where a page goes on, and the cursor of a row. */
export const newestFirst = {
  orderBy: [{ createdAt: 'desc' as const }, { id: 'desc' as const }],
  /** @throws DomainError INVALID_INPUT as {@link fromCursor} */
  after(cursor: string | null | undefined) {
    if (!cursor) return {};
    const [time, id] = fromCursor(cursor);
    const createdAt = z.iso.datetime().safeParse(time).data;
    if (createdAt === undefined) throw notOurs(cursor);
    return {
      OR: [{ createdAt: { lt: new Date(createdAt) } }, { createdAt: new Date(createdAt), id: { lt: id } }],
    };
  },
  cursorOf: ({ createdAt, id }: { readonly createdAt: Date; readonly id: string }): string =>
    toCursor([createdAt.toISOString(), id]),
};

const notOurs = (cursor: string) =>
  new DomainError('INVALID_INPUT', 'cursor: not one that this list gave out', {
    field: 'cursor',
    value: cursor,
  });
