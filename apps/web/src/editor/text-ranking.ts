import {
  chosenByText,
  edgesOf,
  isFinished,
  type JobId,
  type ProjectEvent,
  TEXT_THRESHOLD,
  type TextModelId,
  type TextRanking,
} from '@maskloop/domain';
import type { RankingView } from './document/ranking.ts';
import type { EditorSession } from './session.ts';

/** TX5: has a worker rank the proposals by a phrase; those that fit stay in sight, the best one is selected. */
export async function rankByPhrase(
  session: EditorSession,
  textModelId: TextModelId,
  phrase: string,
): Promise<void> {
  const asked: RankingView = { at: 'running', phrase, jobId: null, progress: 0 };
  session.rank(asked);
  try {
    const jobId = await session.workspace.api.rank(session.imageId, textModelId, phrase);
    // another phrase, or none any more
    if (session.ranking.get() !== asked) return;
    session.rank({ ...asked, jobId });
    // it may be done already
    await ask(session, jobId);
  } catch (error) {
    if (session.ranking.get() === asked) fail(session, phrase, error);
  }
}

export function forgetPhrase(session: EditorSession): void {
  session.rank({ at: 'none' });
}

export function setPhraseThreshold(session: EditorSession, threshold: number): void {
  const view = session.ranking.get();
  if (view.at === 'ranked') session.rank({ ...view, threshold });
}

/** News of the job that is waited for; after a lost connection whatever may have been missed. */
export function hearOfRanking(session: EditorSession, events: readonly ProjectEvent[]): void {
  const view = session.ranking.get();
  if (view.at !== 'running' || view.jobId === null) return;
  for (const event of events) {
    const mine = event.type === 'job' && event.jobId === view.jobId;
    if (mine && !isFinished(event.state)) session.ranking.set({ ...view, progress: event.progress });
    else if (mine || event.type === 'project.changed') void ask(session, view.jobId);
  }
}

async function ask(session: EditorSession, jobId: JobId): Promise<void> {
  const waitsFor = () => {
    const view = session.ranking.get();
    return view.at === 'running' && view.jobId === jobId ? view : null;
  };
  try {
    const { state, progress, error, ranking } = await session.workspace.api.ranking(jobId);
    const view = waitsFor();
    if (!view) return;
    if (ranking) show(session, view.phrase, ranking);
    else if (isFinished(state)) session.rank({ at: 'failed', phrase: view.phrase, message: error });
    else session.ranking.set({ ...view, progress });
  } catch (error) {
    const view = waitsFor();
    if (view) fail(session, view.phrase, error);
  }
}

function show(session: EditorSession, phrase: string, ranking: TextRanking): void {
  session.rank({ at: 'ranked', phrase, ranking, threshold: TEXT_THRESHOLD });
  const document = session.document.get();
  const best = chosenByText(ranking, TEXT_THRESHOLD).find((id) => document.has(id) && session.isShown(id));
  session.select(best ?? null);
  const box = best === undefined ? undefined : document.get(best)?.box;
  if (box) session.canvas?.reveal(edgesOf(box));
}

function fail(session: EditorSession, phrase: string, error: unknown): void {
  session.rank({ at: 'failed', phrase, message: error instanceof Error ? error.message : null });
}
