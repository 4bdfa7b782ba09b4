export const JOB_STATES = ['pending', 'running', 'done', 'skipped', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** JB1: a finished job never moves again. */
export function isFinished(state: JobState): boolean {
  return state !== 'pending' && state !== 'running';
}

/** BullMQ's convention: 1 = first. */
export const JOB_PRIORITIES = { interactive: 1, normal: 10, batch: 100 } as const;
