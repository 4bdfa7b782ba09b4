import { inTransaction, runs } from '@maskloop/db';
import { isRunOver, type ProjectId, type RunId } from '@maskloop/domain';
import { RUN_WINDOW, requestJob, requestJobs, tellWebhooks } from '@maskloop/jobs';
import type { JobContext } from './context.ts';

/** News of one run at most this often: pages redraw, and counting a large run's images is work. */
const TELL_MS = 1_000;
const told = new Map<RunId, number>();

interface OfRun {
  readonly id: RunId;
  readonly projectId: ProjectId;
}

/**
 * What follows when an image of a run is finished, however: the run ends with its last image, or asks for more jobs
 * when few are left in the queue.
 */
export async function advanceRun(context: JobContext, run: OfRun): Promise<void> {
  const { db, dispatcher } = context;
  const { ended, messages } = await inTransaction(db, async (tx) => {
    const state = await runs.settle(tx, run.id);
    if (state === null) return { ended: state, messages: [] };
    return {
      ended: state,
      messages: await tellWebhooks(tx, run.projectId, 'run.finished', { runId: run.id, state }),
    };
  });
  await dispatcher.dispatch(messages);
  if (ended === null) {
    const few = (await runs.inFlight(db, run.id)) < RUN_WINDOW / 2;
    if (few && (await runs.withoutJob(db, run.id, 1)).length > 0) {
      const { id } = await requestJob(
        db,
        'run.fanOut',
        { runId: run.id },
        { projectId: run.projectId, runId: run.id },
      );
      await dispatcher.dispatch(id);
    }
    const last = told.get(run.id) ?? 0;
    if (Date.now() - last < TELL_MS) return;
  }
  await announceRun(context, run);
}

export async function announceRun(context: JobContext, { id, projectId }: OfRun): Promise<void> {
  const { db } = context;
  const run = await runs.row(db, id);
  if (run === null) return;
  if (isRunOver(run.state)) told.delete(id);
  else told.set(id, Date.now());
  const { counts } = await runs.tally(db, id);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  await context.publish(projectId, {
    type: 'run',
    runId: id,
    state: run.state,
    done: total - counts.pending,
    total,
  });
}

/** Puts a run's next images into the queue, as far as its window has room. @returns how many */
export async function fillWindow({ db, dispatcher }: JobContext, runId: RunId): Promise<number> {
  const room = RUN_WINDOW - (await runs.inFlight(db, runId));
  if (room < RUN_WINDOW / 2) return 0;
  const ids = await inTransaction(db, async (tx) => {
    // held, so that nobody cancels the run between this look and the new jobs
    const run = await runs.lock(tx, runId);
    if (run?.state !== 'running') return [];
    const imageIds = await runs.withoutJob(tx, runId, room);
    return requestJobs(
      tx,
      'run.image',
      imageIds.map((imageId) => ({
        payload: { runId, imageId },
        options: { projectId: run.projectId, imageId, runId, priority: run.priority },
      })),
    );
  });
  await dispatcher.dispatch(ids);
  return ids.length;
}
