import { encodeJobKey } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { backendOf } from './connection.ts';
import { isJobName, JOBS, parsePayload, QUEUES, SWEEP } from './table.ts';

const ID = '11111111-1111-7111-8111-111111111111';
const PAYLOADS = {
  'image.encode': { imageId: ID, modelVersionId: ID },
  'image.closeUp': { imageId: ID, modelVersionId: ID, closeUp: { x0: 0, y0: 16, x1: 64, y1: 80 } },
  'dataset.freeze': { datasetVersionId: ID },
  'masks.lint': { scanId: ID },
  'labelings.compare': { imageId: ID },
  'export.build': { exportId: ID },
  'run.image': { runId: ID, imageId: ID },
  'run.fanOut': { runId: ID },
  'run.rollBack': { runId: ID },
  'webhook.deliver': { deliveryId: ID },
  'embedding.purge': { encoderSha256: 'a'.repeat(64) },
  'import.check': { importId: ID },
  'import.run': { importId: ID },
  'import.prompt': { importId: ID, imageId: ID, part: ID, boxes: [] },
  'text.rank': { imageId: ID, textModelId: ID, phrase: 'a "red" : thing' },
  'jobs.sweep': {},
} as const;

test.each(Object.keys(JOBS))('%s: its queue exists, its key can be an id in the queue', (name) => {
  if (!isJobName(name)) throw new Error(name);
  const rules = JOBS[name];
  expect(QUEUES).toHaveProperty(rules.queue);
  const key = (rules.key as (payload: unknown) => string)(parsePayload(name, PAYLOADS[name]));
  expect(key).toMatch(/^[\w-]+$/);
  expect(rules.attempts).toBeGreaterThan(0);
});

test('JB2 the key of an encode job is the one the embedding state looks for', () => {
  expect(JOBS['image.encode'].key(PAYLOADS['image.encode'])).toBe(encodeJobKey(ID, ID));
});

test('a payload that is not what the table says is refused', () => {
  expect(() => parsePayload('image.encode', { imageId: 'x', modelVersionId: ID })).toThrow();
  expect(isJobName('toString')).toBe(false);
});

test('the sweeper waits longer than the queue needs to notice a lost worker itself', () => {
  for (const { lockMs, stalledMs } of Object.values(QUEUES)) {
    expect(SWEEP.heartbeatMs).toBeGreaterThan(lockMs + stalledMs);
  }
});

test('the backend is what is said, else redis where there is one, else postgres', () => {
  const DATABASE_URL = 'postgresql://x/y';
  const REDIS_URL = 'redis://x';
  expect(backendOf({ DATABASE_URL })).toEqual({ kind: 'postgres', url: DATABASE_URL });
  expect(backendOf({ DATABASE_URL, REDIS_URL })).toEqual({ kind: 'redis', url: REDIS_URL });
  expect(backendOf({ DATABASE_URL, REDIS_URL, QUEUE_BACKEND: 'postgres' }).kind).toBe('postgres');
  expect(() => backendOf({ DATABASE_URL, QUEUE_BACKEND: 'redis' })).toThrow(/REDIS_URL/);
});
