import { createHash } from 'node:crypto';
import { presetParameters, type RunInput, type RunState } from '@maskloop/domain';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { callerFor } from '../../helpers/web-caller.ts';
import { addEmbedded, openStack, photo, type QueueKind, type Stack, until } from './stack.ts';

export const SIZE = { width: 320, height: 240 };

/** Quick, and with thresholds that let something through. */
export const PARAMETERS = {
  ...presetParameters('embedded'),
  preset: 'custom',
  pointsPerSide: 5,
  predIouThresh: 0.3,
  stabilityScoreThresh: 0.3,
} as const;

/** For a whole file: a stack, the procedures on the same queue, four pictures, and short words for what tests do. */
export function useRuns(kind: QueueKind, redisDb: number) {
  // a run is dozens of calls of the model, and machines that run tests are busy
  vi.setConfig({ testTimeout: 180_000 });
  let stack: Stack;
  let model: string;
  let caller: Awaited<ReturnType<typeof callerFor>>['caller'];
  const pictures: string[] = [];

  beforeAll(async () => {
    stack = await openStack(kind, { redisDb });
    process.env.DATABASE_URL = stack.database.url;
    process.env.QUEUE_BACKEND = kind;
    if (kind === 'redis') process.env.REDIS_URL = stack.backend.url;
    model = await addEmbedded(stack);
    ({ caller } = await callerFor(stack.database, stack.ownerId, stack.store));
    for (let seed = 1; seed <= 4; seed++) pictures.push(await stack.addImage(photo(seed, SIZE), SIZE));
  });
  afterEach(() => stack?.stopWorkers());
  afterAll(() => stack?.close());

  return {
    pictures,
    get stack() {
      return stack;
    },
    get model() {
      return model;
    },
    get caller() {
      return caller;
    },
    /** of the four pictures, unless the changes say otherwise */
    order: (changes: Partial<RunInput> = {}) =>
      caller.run.start({
        projectId: stack.projectId,
        modelVersionId: model,
        kinds: ['propose'],
        scope: { kind: 'images', imageIds: pictures },
        parameters: PARAMETERS,
        ...changes,
      }),
    /** waits for the run's end, its roll-back with it */
    over: async (runId: string, state: RunState = 'done') => {
      const run = await until(
        async () => {
          const now = await caller.run.get({ runId });
          return now.state !== 'pending' && now.state !== 'running' && !now.rollingBack ? now : null;
        },
        `the run to be ${state}`,
        100_000,
      );
      expect(run, JSON.stringify(run.failures)).toMatchObject({ state });
      return run;
    },
    /** masks that are there */
    live: (where: object = {}) =>
      stack.db.mask.findMany({
        where: { removedAt: null, ...where },
        include: { headRevision: true },
        orderBy: { id: 'asc' },
      }),
    /** of these masks with all their revisions */
    hashOf: async (maskIds: readonly string[]) => {
      const rows = await stack.db.mask.findMany({
        where: { id: { in: [...maskIds] } },
        include: { revisions: { orderBy: { seq: 'asc' } } },
        orderBy: { id: 'asc' },
      });
      return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    },
  };
}
