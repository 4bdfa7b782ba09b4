import { DomainError } from '@maskloop/domain';
import { Prisma } from './generated/client.ts';

/** Prisma's code for a broken unique index; raw queries carry PostgreSQL's own inside. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && /23505/.test(error.message));
}

/** Waits for a write; a broken unique index becomes the caller's error, everything else travels on. */
export async function onUniqueViolation<T>(write: Promise<T>, instead: () => Error): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error) ? instead() : error;
  }
}

/** For ids that must exist: unknown and foreign ids answer alike. */
export function found<T>(row: T | null | undefined, what: string, id: string): T {
  if (row === null || row === undefined)
    throw new DomainError('NOT_FOUND', `${what} ${id} was not found`, { what, id });
  return row;
}
