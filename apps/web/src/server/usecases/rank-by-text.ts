import 'server-only';
import { type DbClient, inTransaction, jobs, textModels } from '@maskloop/db';
import { DomainError, RANK_JOB, type RankingProgress, TextRanking } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';

interface RankContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/** TX5. @throws DomainError NOT_FOUND */
export async function rankByText(
  { db, user, projectId }: RankContext,
  { imageId, textModelId, phrase }: { imageId: string; textModelId: string; phrase: string },
): Promise<{ jobId: string }> {
  if ((await textModels.get(db, textModelId)) === null) {
    throw new DomainError('NOT_FOUND', 'textModelId names no text model.');
  }
  const { id } = await inTransaction(db, (tx) =>
    requestJob(
      tx,
      RANK_JOB,
      { imageId, textModelId, phrase },
      { projectId, imageId, requestedById: user.id },
    ),
  );
  await dispatch(id);
  return { jobId: id };
}

/** @throws DomainError NOT_FOUND for another kind of job */
export async function readRanking(
  { db }: { readonly db: DbClient },
  jobId: string,
): Promise<RankingProgress> {
  const job = await jobs.get(db, jobId);
  if (job?.name !== RANK_JOB) throw new DomainError('NOT_FOUND', 'There is no such ranking.');
  const { state, progress, error, result } = job;
  return { state, progress, error, ranking: state === 'done' ? TextRanking.parse(result) : null };
}
