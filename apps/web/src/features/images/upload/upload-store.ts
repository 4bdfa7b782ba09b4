import { looksUploadable, type PickedFile } from './pick.ts';
import {
  isActive,
  nextUploads,
  reduceUploads,
  type UploadAction,
  type UploadFailure,
  type UploadItem,
  type UploadQueue,
} from './queue.ts';
import { ResultReader, readRefusal } from './results.ts';

const PARALLEL = 3;
/** Progress of three files comes many times a second; a list of thousands is rendered a few times. */
const NOTIFY_MS = 100;

/**
 * The uploads of this tab. They belong to no page, so that they go on while one moves through the app; what
 * is done with the bytes stands in queue.ts.
 */
class UploadStore {
  #queue: UploadQueue = [];
  #shown: UploadQueue = [];
  #lastId = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #files = new Map<number, File>();
  readonly #requests = new Map<number, XMLHttpRequest>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): UploadQueue => this.#shown;

  add(projectId: string, picked: readonly PickedFile[]): void {
    const items = picked.map(({ file, path }) => {
      const id = ++this.#lastId;
      const sendable = looksUploadable(path);
      if (sendable) this.#files.set(id, file);
      return {
        id,
        projectId,
        path,
        bytes: file.size,
        ...(sendable ? {} : { failure: { code: 'NOT_A_PICTURE', message: null } }),
      };
    });
    this.#apply({ type: 'add', items });
  }

  cancel(id: number): void {
    this.#apply({ type: 'cancel', id });
    this.#requests.get(id)?.abort();
  }

  cancelAll(): void {
    this.#apply({ type: 'cancelAll' });
    for (const request of this.#requests.values()) request.abort();
  }

  retry(id: number): void {
    this.#apply({ type: 'retry', id });
  }

  retryAll(): void {
    this.#apply({ type: 'retryAll' });
  }

  clearEnded(): void {
    this.#apply({ type: 'clearEnded' });
    const kept = new Set(this.#queue.map(({ id }) => id));
    for (const id of this.#files.keys()) if (!kept.has(id)) this.#files.delete(id);
  }

  get busy(): boolean {
    return this.#queue.some(isActive);
  }

  #apply(action: UploadAction): void {
    this.#queue = reduceUploads(this.#queue, action);
    for (const item of nextUploads(this.#queue, PARALLEL)) this.#start(item);
    this.#notify();
  }

  #notify(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#shown = this.#queue;
      for (const listener of this.#listeners) listener();
    }, NOTIFY_MS);
  }

  #start({ id, projectId, path }: UploadItem): void {
    const file = this.#files.get(id);
    this.#queue = reduceUploads(this.#queue, { type: 'start', id });
    if (!file) {
      this.#end(id, { code: null, message: null });
      return;
    }

    const request = new XMLHttpRequest();
    const reader = new ResultReader();
    this.#requests.set(id, request);
    request.open('PUT', `/api/projects/${projectId}/uploads?name=${encodeURIComponent(path)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => this.#apply({ type: 'progress', id, sent: loaded });
    request.upload.onload = () => this.#apply({ type: 'progress', id, sent: file.size });
    request.onprogress = () => {
      if (request.status !== 200) return;
      const results = reader.read(request.responseText);
      if (results.length > 0) this.#apply({ type: 'results', id, results });
    };
    request.onload = () => {
      if (request.status !== 200) return this.#end(id, readRefusal(request.responseText));
      const results = reader.end(request.responseText);
      if (results.length > 0) this.#apply({ type: 'results', id, results });
      this.#end(id, null);
    };
    request.onerror = () => this.#end(id, { code: 'OFFLINE', message: null });
    request.onabort = () => this.#end(id, { code: null, message: null });
    request.send(file);
  }

  #end(id: number, failure: UploadFailure | null): void {
    this.#requests.delete(id);
    this.#apply(failure ? { type: 'fail', id, failure } : { type: 'finish', id });
    // the bytes are kept only as long as they might be sent again
    if (!failure) this.#files.delete(id);
  }
}

export const uploads = new UploadStore();
