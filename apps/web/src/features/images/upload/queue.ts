import type { UploadResult } from './results.ts';

/**
 * waiting → sending (bytes leave) → taking (the server works on it) → done | failed; cancelled from any of the
 * first three. `failed` may be retried and then waits again.
 */
export type UploadState = 'waiting' | 'sending' | 'taking' | 'done' | 'failed' | 'cancelled';

export interface UploadFailure {
  /** `NOT_A_PICTURE`: refused here, without sending; `OFFLINE`: no answer */
  readonly code: string | null;
  /** the server's words; null when it has none */
  readonly message: string | null;
}

export interface UploadItem {
  readonly id: number;
  readonly projectId: string;
  /** with the folders it was dropped in */
  readonly path: string;
  readonly bytes: number;
  readonly state: UploadState;
  /** bytes that left */
  readonly sent: number;
  readonly results: readonly UploadResult[];
  readonly failure: UploadFailure | null;
}

/** In the order in which they were added; ids ascend. */
export type UploadQueue = readonly UploadItem[];

export type UploadAction =
  | { readonly type: 'add'; readonly items: readonly NewUpload[] }
  | { readonly type: 'start'; readonly id: number }
  | { readonly type: 'progress'; readonly id: number; readonly sent: number }
  | { readonly type: 'results'; readonly id: number; readonly results: readonly UploadResult[] }
  | { readonly type: 'finish'; readonly id: number }
  | { readonly type: 'fail'; readonly id: number; readonly failure: UploadFailure }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'cancelAll' }
  | { readonly type: 'retry'; readonly id: number }
  | { readonly type: 'retryAll' }
  | { readonly type: 'clearEnded' };

export interface NewUpload {
  readonly id: number;
  readonly projectId: string;
  readonly path: string;
  readonly bytes: number;
  /** refused before anything was sent */
  readonly failure?: UploadFailure;
}

/** Every change of the queue. An action that comes too late for its item changes nothing. */
export function reduceUploads(queue: UploadQueue, action: UploadAction): UploadQueue {
  switch (action.type) {
    case 'add':
      return [
        ...queue,
        ...action.items.map(
          ({ failure = null, ...item }): UploadItem => ({
            ...item,
            state: failure ? 'failed' : 'waiting',
            sent: 0,
            results: [],
            failure,
          }),
        ),
      ];
    case 'start':
      return change(queue, action.id, ['waiting'], () => ({ state: 'sending', sent: 0 }));
    case 'progress':
      return change(queue, action.id, ['sending'], ({ bytes }) => ({
        sent: Math.min(action.sent, bytes),
        state: action.sent >= bytes ? 'taking' : 'sending',
      }));
    case 'results':
      return change(queue, action.id, ['sending', 'taking'], ({ results }) => ({
        results: [...results, ...action.results],
      }));
    case 'finish':
      return change(queue, action.id, ['sending', 'taking'], ({ bytes }) => ({ state: 'done', sent: bytes }));
    case 'fail':
      return change(queue, action.id, ['sending', 'taking'], () => ({
        state: 'failed',
        failure: action.failure,
      }));
    case 'cancel':
      return change(queue, action.id, ACTIVE, () => ({ state: 'cancelled' }));
    case 'cancelAll':
      return queue.map((item) => (isActive(item) ? { ...item, state: 'cancelled' } : item));
    case 'retry':
      return change(queue, action.id, ['failed', 'cancelled'], again);
    case 'retryAll':
      return queue.map((item) => (canRetry(item) ? { ...item, ...again() } : item));
    case 'clearEnded':
      return queue.filter(isActive);
  }
}

/** What may be started now, oldest first. */
export function nextUploads(queue: UploadQueue, parallel: number): UploadItem[] {
  const running = queue.filter(({ state }) => state === 'sending' || state === 'taking').length;
  const free = Math.max(0, parallel - running);
  return free === 0 ? [] : queue.filter(({ state }) => state === 'waiting').slice(0, free);
}

export function isActive({ state }: UploadItem): boolean {
  return ACTIVE.includes(state);
}

/** A file that is no picture stays none, however often it is sent. */
export function canRetry({ state, failure }: UploadItem): boolean {
  return (state === 'failed' && failure?.code !== 'NOT_A_PICTURE') || state === 'cancelled';
}

export interface UploadSummary {
  readonly files: number;
  readonly active: number;
  readonly failed: number;
  /** pictures, over all files */
  readonly added: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly bytes: number;
  readonly sent: number;
}

export function summarise(queue: UploadQueue): UploadSummary {
  const summary = {
    files: queue.length,
    active: 0,
    failed: 0,
    added: 0,
    duplicates: 0,
    refused: 0,
    bytes: 0,
    sent: 0,
  };
  for (const item of queue) {
    if (isActive(item)) summary.active++;
    if (item.state === 'failed') summary.failed++;
    // what will never be sent does not hold the bar back
    if (item.state !== 'failed' && item.state !== 'cancelled') {
      summary.bytes += item.bytes;
      summary.sent += item.sent;
    }
    for (const { status } of item.results) {
      if (status === 'added') summary.added++;
      else if (status === 'duplicate') summary.duplicates++;
      else summary.refused++;
    }
  }
  return summary;
}

const ACTIVE: readonly UploadState[] = ['waiting', 'sending', 'taking'];

function again(): Partial<UploadItem> {
  return { state: 'waiting', sent: 0, results: [], failure: null };
}

function change(
  queue: UploadQueue,
  id: number,
  from: readonly UploadState[],
  to: (item: UploadItem) => Partial<UploadItem>,
): UploadQueue {
  const at = queue.findIndex((item) => item.id === id);
  const item = queue[at];
  if (!item || !from.includes(item.state)) return queue;
  return queue.with(at, { ...item, ...to(item) });
}
