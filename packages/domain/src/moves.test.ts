import { expect, test } from 'vitest';
import { ASSIGNMENT_STATES, canMove, renewEveryMs } from './assignment.ts';
import { DomainError, isDomainError } from './errors.ts';
import { IMAGE_STATUSES } from './image.ts';
import {
  CLOSE_UP_JOB,
  closeUpJobKey,
  closeUpOfJob,
  ENCODE_JOB,
  encodeJobKey,
  isFinished,
  JOB_PRIORITIES,
  JOB_STATES,
} from './job.ts';
import { embeddingKey } from './model-version.ts';
import { statusAfterVerdict, VERDICTS } from './review.ts';

test('AS3 two lost renewals are survived, whatever the lease', () => {
  for (const leaseMs of [60_000, 600_000, 1_000_001])
    expect(3 * renewEveryMs(leaseMs)).toBeLessThanOrEqual(leaseMs);
});

test('AS4 only an active lease moves', () => {
  for (const from of ASSIGNMENT_STATES) {
    for (const to of ASSIGNMENT_STATES) expect(canMove(from, to)).toBe(from === 'active' && to !== 'active');
  }
});

test('RV1 a verdict is passed on a submitted image only', () => {
  for (const status of IMAGE_STATUSES) {
    for (const verdict of VERDICTS) {
      expect(statusAfterVerdict(status, verdict)).toBe(status === 'submitted' ? verdict : null);
    }
  }
});

test('JB1 pending and running are the only states that are not final', () => {
  expect(JOB_STATES.filter((state) => !isFinished(state))).toEqual(['pending', 'running']);
  expect(JOB_PRIORITIES.interactive).toBeLessThan(JOB_PRIORITIES.normal);
  expect(JOB_PRIORITIES.normal).toBeLessThan(JOB_PRIORITIES.batch);
});

test('JB2 MD1 keys name what makes two things the same, without ":", which queues keep for themselves', () => {
  expect(encodeJobKey('a', 'b')).not.toBe(encodeJobKey('a', 'c'));
  expect(embeddingKey('a', 'b')).not.toBe(embeddingKey('b', 'a'));
  expect(encodeJobKey('a', 'b')).not.toContain(':');
  const closeUp = { x0: 120, y0: 60, x1: 480, y1: 300 };
  const key = closeUpJobKey('a', 'b_c', closeUp);
  expect(key).not.toContain(':');
  expect(closeUpOfJob({ name: CLOSE_UP_JOB, key })).toEqual(closeUp);
  expect(closeUpOfJob({ name: ENCODE_JOB, key: encodeJobKey('a', 'b') })).toBeNull();
});

test('a domain error is known across bundle borders, other errors are not taken for one', () => {
  const error = new DomainError('NOT_FOUND', 'gone', { id: 'x' });
  expect(isDomainError(error)).toBe(true);
  const foreign = Object.assign(new Error('gone'), { name: 'DomainError', code: 'NOT_FOUND' });
  expect(isDomainError(foreign)).toBe(true);
  expect(isDomainError(new Error('x'))).toBe(false);
  expect(isDomainError({ name: 'DomainError', code: 'NOT_FOUND' })).toBe(false);
});
