// What of the demo stands in PostgreSQL.
import type { Stack } from './start-stack.ts';

export interface DemoImage {
  readonly projectId: string;
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** @param name without `.jpg` */
export async function demoImage({ db }: Pick<Stack, 'db'>, name: string): Promise<DemoImage> {
  return db.image.findFirstOrThrow({
    where: { name: `${name}.jpg`, project: { isDemo: true } },
    select: { projectId: true, id: true, width: true, height: true },
  });
}

export async function userId({ db }: Pick<Stack, 'db'>, email: string): Promise<string> {
  return (await db.user.findUniqueOrThrow({ where: { email }, select: { id: true } })).id;
}

/** Masks of an image that are not removed, oldest first, with their head revisions. */
export function masksOf({ db }: Pick<Stack, 'db'>, imageId: string) {
  return db.mask.findMany({
    where: { imageId, removedAt: null },
    include: { headRevision: true, class: true },
    orderBy: { createdAt: 'asc' },
  });
}
