import 'server-only';
import { classes, type Db, type DbClient, inTransaction, models, runs, textModels } from '@maskloop/db';
import { DomainError, type RunInput, type RunText } from '@maskloop/domain';
import { dispatch, publish, requestJob } from '@maskloop/jobs';

/** A run of a million images may take as long to cancel or to open again. */
export const WHOLE_RUN_MS = 120_000;

export interface RunContext {
  readonly db: DbClient;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

/**
 * Orders a run. A dry run's few images are chosen at once; those of a real one are looked up by a job, so that
 * ordering takes no longer for a million of them.
 * @throws DomainError NOT_FOUND, INVALID_INPUT, INVALID_TRANSITION
 */
export async function startRun(context: RunContext, order: RunInput): Promise<{ id: string }> {
  const { db, user, projectId } = context;
  const model = await models.get(db, order.modelVersionId);
  if (!model) throw new DomainError('NOT_FOUND', 'modelVersionId names no model version.');
  if (model.state === 'retired') {
    throw new DomainError('INVALID_TRANSITION', `The model version "${model.name}" is retired.`);
  }
  if (order.text) await demandText(context, order, order.text);
  const { sample, seed, ...run } = order;
  const { runId, jobId } = await inTransaction(db, async (tx) => {
    const { id } = await runs.create(tx, { ...run, projectId, startedById: user.id });
    if (run.dryRun) {
      const size = await runs.addSample(tx, { id, projectId, scope: run.scope }, { size: sample, seed });
      if (size === 0) throw emptyScope();
      await runs.begin(tx, id);
    } else if ((await runs.countScope(tx, projectId, run.scope, 1)) === 0) throw emptyScope();
    return { runId: id, jobId: await keepGoing(tx, context, id) };
  });
  await dispatch(jobId);
  return { id: runId };
}

/** TX4. @throws DomainError NOT_FOUND, INVALID_INPUT */
async function demandText(
  { db, projectId }: RunContext,
  { kinds }: RunInput,
  { textModelId, phrases }: RunText,
): Promise<void> {
  if (!kinds.includes('propose')) {
    throw new DomainError('INVALID_INPUT', 'text: only a run that proposes can give classes.', {
      field: 'text',
    });
  }
  if ((await textModels.get(db, textModelId)) === null) {
    throw new DomainError('NOT_FOUND', 'text.textModelId names no text model.');
  }
  const live = (await classes.list(db, projectId)).filter(({ deleted }) => !deleted);
  const strange = phrases.find(({ classId }) => !live.some(({ id }) => id === classId));
  if (strange) {
    throw new DomainError('INVALID_INPUT', `text.phrases: ${strange.classId} is no class of this project.`, {
      field: 'text.phrases',
      value: strange.classId,
    });
  }
}

const emptyScope = () => new DomainError('INVALID_INPUT', 'scope: no image is in it.', { field: 'scope' });

/** Asks for the job that keeps a run going, and tells the project's pages. @returns the job's id */
export async function keepGoing(tx: Db, { user, projectId }: RunContext, runId: string): Promise<string> {
  const { id } = await requestJob(tx, 'run.fanOut', { runId }, { projectId, runId, requestedById: user.id });
  await announce(tx, projectId, runId);
  return id;
}

export async function announce(tx: Db, projectId: string, runId: string): Promise<void> {
  const run = await runs.row(tx, runId);
  if (!run) return;
  const { counts } = await runs.tally(tx, runId);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  await publish(tx, projectId, { type: 'run', runId, state: run.state, done: total - counts.pending, total });
}
