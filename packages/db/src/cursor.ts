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
    throw new DomainError('INVALID_INPUT', 'cursor: not one that this list gave out', {
      field: 'cursor',
      value: cursor,
    });
  }
}
