import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Claim } from './api.ts';
import { Lease } from './lease.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(first: Claim) {
  const server = { claim: first as Claim | Error, renews: true, calls: [] as string[] };
  const lease = new Lease(
    {
      claim: async () => {
        server.calls.push('claim');
        if (server.claim instanceof Error) throw server.claim;
        return server.claim;
      },
      renew: async () => {
        server.calls.push('renew');
        if (!server.renews) throw new Error('over');
      },
      release: async (id) => void server.calls.push(`release ${id}`),
      releaseAtOnce: (id) => void server.calls.push(`beacon ${id}`),
    },
    'i',
  );
  return { server, lease };
}

const MINE: Claim = { held: true, assignmentId: 'a', leaseMs: 600_000 };
const THEIRS: Claim = { held: false, holder: { id: 'bo', name: 'Bo' } };

test('AS3 a lease is renewed at a third of its time and given back when the picture is left', async () => {
  const { lease, server } = setUp(MINE);
  await lease.claim();
  await vi.advanceTimersByTimeAsync(401_000);
  await lease.release();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(server.calls).toEqual(['claim', 'renew', 'renew', 'release a']);
});

test('a lease that could not be renewed is asked for again', async () => {
  const { lease, server } = setUp(MINE);
  await lease.claim();
  server.renews = false;
  server.claim = THEIRS;
  await vi.advanceTimersByTimeAsync(200_000);
  expect(lease.state.get()).toEqual({ at: 'other', holder: { id: 'bo', name: 'Bo' } });
});

test('our own claim, heard as news, is no reason to claim', async () => {
  const { lease, server } = setUp(MINE);
  await lease.claim();
  lease.hear('me', 'me');
  expect(server.calls).toEqual(['claim']);
});

test('a picture that somebody else gives back is claimed at once', async () => {
  const { lease, server } = setUp(THEIRS);
  await lease.claim();
  server.claim = MINE;
  lease.hear(null, 'me');
  await vi.advanceTimersByTimeAsync(0);
  expect(lease.state.get().at).toBe('held');
});

test('a lease that another tab of ours gave back is taken again by this one', async () => {
  const { lease, server } = setUp(MINE);
  await lease.claim();
  lease.hear(null, 'me');
  expect(server.calls).toEqual(['claim', 'claim']);
  await vi.advanceTimersByTimeAsync(0);
  await lease.release();
  lease.hear(null, 'me');
  expect(server.calls).toEqual(['claim', 'claim', 'release a']);
});

test('a page that goes gives its lease back without waiting', async () => {
  const { lease, server } = setUp(MINE);
  await lease.claim();
  lease.letGo();
  expect(server.calls).toEqual(['claim', 'beacon a']);
});

test('without an answer work goes on, and the claim is tried again', async () => {
  const { lease, server } = setUp(MINE);
  server.claim = new Error('offline');
  await lease.claim();
  expect(lease.state.get().at).toBe('unknown');
  server.claim = MINE;
  await vi.advanceTimersByTimeAsync(16_000);
  expect(lease.state.get().at).toBe('held');
});
