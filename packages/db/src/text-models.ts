import { DomainError, type TextModelId, type TextModelSummary } from '@maskloop/domain';
import type { Db } from './client.ts';
import { onUniqueViolation } from './errors.ts';
import type { Prisma } from './generated/client.ts';

export interface TextModel {
  readonly id: TextModelId;
  readonly name: string;
  /** unparsed; sam-core TextModelManifest reads it */
  readonly manifest: unknown;
}

/** @throws DomainError INVALID_INPUT when the name is taken */
export async function register(
  db: Db,
  { name, manifest }: { readonly name: string; readonly manifest: object },
): Promise<{ id: TextModelId }> {
  return onUniqueViolation(
    db.textModel.create({
      data: { name, manifest: manifest as Prisma.InputJsonObject },
      select: { id: true },
    }),
    () =>
      new DomainError('INVALID_INPUT', `name: a text model "${name}" exists already`, {
        field: 'name',
        value: name,
      }),
  );
}

/** Newest first: the first is what the editor asks. */
export async function list(db: Db): Promise<TextModelSummary[]> {
  const rows = await db.textModel.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
  return rows.map(({ id, name, manifest, createdAt }) => ({
    id,
    name,
    // written by `register` alone
    family: (manifest as { family: string }).family,
    createdAt,
  }));
}

const full = { id: true, name: true, manifest: true } as const;

export async function get(db: Db, textModelId: TextModelId): Promise<TextModel | null> {
  return db.textModel.findUnique({ where: { id: textModelId }, select: full });
}

export async function byName(db: Db, name: string): Promise<TextModel | null> {
  return db.textModel.findUnique({ where: { name }, select: full });
}
