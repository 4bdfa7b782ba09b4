import 'server-only';
import {
  classes,
  type DbClient,
  type Import,
  imports,
  inTransaction,
  jobs,
  models,
  projects,
} from '@maskloop/db';
import { DomainError, IMPORT_MOVES, type ImportMove, type ImportPlan } from '@maskloop/domain';
import { dispatch, publish, requestJob } from '@maskloop/jobs';
import { blobKeys, type ObjectStore } from '@maskloop/storage';

interface ImportContext {
  readonly db: DbClient;
  readonly store: ObjectStore;
  readonly user: { readonly id: string };
  readonly projectId: string;
}

const tooLate = (importId: string, move: ImportMove): DomainError =>
  new DomainError('INVALID_TRANSITION', `An import can ${move} only from ${IMPORT_MOVES[move].join(', ')}.`, {
    importId,
  });

/**
 * Writes an import as the lead decided, for the first time or again after a failure (IM1).
 * @throws DomainError INVALID_INPUT for a plan that names what is not there, INVALID_TRANSITION
 */
export async function startImport(
  { db, projectId, user }: ImportContext,
  importId: string,
  plan: ImportPlan,
): Promise<{ id: string }> {
  const row = await imports.get(db, importId);
  if (!row?.check) throw tooLate(importId, 'start');
  await assertPlan(db, projectId, plan);
  const model = (await projects.get(db, projectId))?.activeModelVersionId ?? null;
  if (plan.boxes === 'prompt' && row.check.boxes > 0 && model === null) {
    throw new DomainError('INVALID_INPUT', 'boxes: the project has no active model to give them to', {
      field: 'boxes',
    });
  }
  const jobId = await inTransaction(db, async (tx) => {
    const moved = await imports.move(tx, importId, {
      from: IMPORT_MOVES.start,
      to: 'running',
      plan,
      promptModelVersionId: plan.boxes === 'prompt' ? model : null,
    });
    if (!moved) throw tooLate(importId, 'start');
    const job = await requestJob(tx, 'import.run', { importId }, { projectId, requestedById: user.id });
    await imports.setJob(tx, importId, job.id);
    await publish(tx, projectId, { type: 'import', importId, state: 'running', progress: 0 });
    return job.id;
  });
  await dispatch(jobId);
  return { id: importId };
}

async function assertPlan(db: DbClient, projectId: string, plan: ImportPlan): Promise<void> {
  if (plan.modelVersionId !== null && (await models.get(db, plan.modelVersionId)) === null) {
    throw new DomainError('INVALID_INPUT', 'modelVersionId names no model version', {
      field: 'modelVersionId',
      value: plan.modelVersionId,
    });
  }
  const own = new Set(
    (await classes.list(db, projectId)).filter(({ deleted }) => !deleted).map(({ id }) => id),
  );
  for (const { name, target } of plan.classes) {
    if (target.to !== 'class' || own.has(target.classId)) continue;
    throw new DomainError(
      'INVALID_INPUT',
      `classes: "${name ?? ''}" is given a class that the project has not`,
      {
        field: 'classes',
        value: target.classId,
      },
    );
  }
}

/** Stops looking through or writing; what was written stays, and starting again goes on. @throws INVALID_TRANSITION */
export async function cancelImport({ db, projectId }: ImportContext, importId: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const row = await imports.get(tx, importId);
    const moved = await imports.move(tx, importId, { from: IMPORT_MOVES.cancel, to: 'cancelled' });
    if (!row || !moved) throw tooLate(importId, 'cancel');
    if (row.jobId !== null) await jobs.cancel(tx, row.jobId, 'the import was stopped');
    await publish(tx, projectId, { type: 'import', importId, state: 'cancelled', progress: 0 });
  });
}

/** Forgets an import that wrote nothing, with its file. @throws INVALID_TRANSITION */
export async function removeImport({ db, store }: ImportContext, importId: string): Promise<void> {
  if (!(await imports.remove(db, importId, IMPORT_MOVES.remove))) {
    throw new DomainError('INVALID_TRANSITION', 'An import that is at work or has brought masks stays.', {
      importId,
    });
  }
  await store.remove(blobKeys.import(importId));
}

/** An import with the state of the work on its boxes. @throws DomainError NOT_FOUND */
export async function readImport(
  { db }: Pick<ImportContext, 'db'>,
  importId: string,
): Promise<Import & { prompts: Awaited<ReturnType<typeof imports.promptJobs>> }> {
  const row = await imports.get(db, importId);
  if (!row) throw new DomainError('NOT_FOUND', 'There is no such import.');
  return { ...row, prompts: row.promptModelVersionId === null ? {} : await imports.promptJobs(db, importId) };
}
