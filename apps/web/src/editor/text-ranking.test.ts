import { expect, test, vi } from 'vitest';
import { rejectAllHidden } from './judging.ts';
import { documentOf, rectangleMask } from './testing/records.ts';
import { IMAGE, setUp } from './testing/session.ts';
import { forgetPhrase, hearOfRanking, rankByPhrase, setPhraseThreshold } from './text-ranking.ts';

const news = (state: 'running' | 'done' | 'failed', progress: number) =>
  ({ type: 'job', jobId: 'job', name: 'text.rank', state, progress, imageId: 'i' }) as const;
const SCORES = [
  { maskId: 'a', score: 0.2 },
  { maskId: 'b', score: 0.6 },
  { maskId: 'c', score: 0.9 },
];
const proposal = (id: string, x: number) => rectangleMask(IMAGE, [x, 0, 4, 4], { id, origin: 'proposed' });

function withProposals() {
  const it = setUp();
  it.session.merge(documentOf(proposal('a', 0), proposal('b', 8), proposal('c', 16)), 0);
  return it;
}

test('TX5 what fits the phrase stays in sight, the best of it selected; the threshold can be moved', async () => {
  const { session, server } = withProposals();
  await rankByPhrase(session, 'model', 'red');
  expect(session.ranking.get()).toMatchObject({ at: 'running', jobId: 'job', progress: 0 });
  hearOfRanking(session, [{ ...news('done', 1), jobId: 'of somebody else' }, news('running', 0.4)]);
  expect(session.ranking.get()).toMatchObject({ at: 'running', progress: 0.4 });
  expect(session.concealed.get().size).toBe(0);
  server.ranking = { state: 'done', progress: 1, error: null, ranking: { scores: SCORES } };
  hearOfRanking(session, [news('done', 1)]);
  await vi.waitFor(() => expect(session.ranking.get()).toMatchObject({ at: 'ranked', phrase: 'red' }));
  expect([...session.concealed.get()]).toEqual(['a']);
  expect(session.selectedId.get()).toBe('c');
  setPhraseThreshold(session, 0.7);
  expect([...session.concealed.get()]).toEqual(['a', 'b']);
  // what does not fit a phrase is not wrong
  rejectAllHidden(session);
  expect(session.document.get().size).toBe(3);
  forgetPhrase(session);
  expect(session.concealed.get().size).toBe(0);
});

test('a ranking that failed says why; one that was given up is not shown any more', async () => {
  const { session, server } = withProposals();
  server.ranking = { state: 'failed', progress: 0, error: 'no such file', ranking: null };
  await rankByPhrase(session, 'model', 'red');
  expect(session.ranking.get()).toEqual({ at: 'failed', phrase: 'red', message: 'no such file' });
  server.ranking = { state: 'done', progress: 1, error: null, ranking: { scores: SCORES } };
  const waits = rankByPhrase(session, 'model', 'blue');
  forgetPhrase(session);
  await waits;
  expect(session.ranking.get()).toEqual({ at: 'none' });
});
