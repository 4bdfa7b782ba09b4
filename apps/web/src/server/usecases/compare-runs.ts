import 'server-only';
import { type DbClient, proposals, runs } from '@maskloop/db';
import { compareProposals, DomainError, type RunComparison } from '@maskloop/domain';

/** Comparing decodes every mask of both runs in an image: a page of them is a second's work. */
const PAGE = 40;

export interface RunComparisonPage {
  /** images that both runs finished */
  readonly images: number;
  readonly items: readonly (RunComparison & { readonly imageId: string; readonly imageName: string })[];
  /** over this page */
  readonly total: RunComparison;
  readonly nextCursor: string | null;
}

/** What the other run makes of this one's proposals, image by image. @throws DomainError INVALID_INPUT */
export async function compareRuns(
  { db, projectId }: { readonly db: DbClient; readonly projectId: string },
  { runId, otherRunId, cursor }: { runId: string; otherRunId: string; cursor?: string | undefined },
): Promise<RunComparisonPage> {
  if ((await runs.projectOf(db, otherRunId)) !== projectId) {
    throw new DomainError('NOT_FOUND', 'otherRunId names no run of this project.');
  }
  const { images, total, nextCursor } = await runs.imagesInBoth(db, {
    runId,
    otherRunId,
    cursor,
    limit: PAGE,
  });
  const ids = images.map(({ id }) => id);
  const [before, after] = await Promise.all([
    proposals.ofRun(db, runId, ids),
    proposals.ofRun(db, otherRunId, ids),
  ]);
  const items = images.map((image) => ({
    imageId: image.id,
    imageName: image.name,
    ...compareProposals(before.get(image.id) ?? [], after.get(image.id) ?? [], image),
  }));
  const sum = (key: keyof RunComparison) => items.reduce((all, item) => all + item[key], 0);
  return {
    images: total,
    items,
    total: {
      same: sum('same'),
      changed: sum('changed'),
      appeared: sum('appeared'),
      vanished: sum('vanished'),
    },
    nextCursor,
  };
}
