import type { DecodeResult } from '../tools/candidates.ts';
import {
  type CallName,
  type DecoderCalls,
  DecoderError,
  type DecoderOptions,
  type DecoderRuntime,
  type DecoderSource,
  type FromWorker,
  type ToWorker,
  type WorkerPort,
} from './protocol.ts';

type Ask<Name extends CallName> = DecoderCalls[Name]['ask'];
type Answer<Name extends CallName> = DecoderCalls[Name]['answer'];

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

interface Waiting {
  readonly ask: Ask<'decode'>;
  readonly settle: (result: DecodeResult | null) => void;
  readonly fail: (error: Error) => void;
}

/**
 * A worker's WASM memory never shrinks, so it is replaced now and then; only while nobody asks anything, because
 * the next worker has to load its session first.
 */
const DECODES_PER_WORKER = 5_000;

/**
 * The page's side of the decoder. Decodes are latest-wins: at most one is being answered and one waits; a newer one
 * takes the waiting one's place, which resolves to null.
 */
export class DecoderClient {
  readonly #newWorker: () => WorkerPort;
  readonly #pending = new Map<number, Pending>();
  /** by address, newest last */
  readonly #embedded = new Map<string, Ask<'embed'>>();
  #port: WorkerPort | null = null;
  #nextId = 1;
  #inFlight = false;
  #waiting: Waiting | null = null;
  #decodes = 0;
  /** the newest question that can be known again, with its answer or the promise of one */
  #latest: { readonly key: string; readonly answer: Promise<DecodeResult> } | null = null;
  #opened: { source: DecoderSource; options: DecoderOptions; runtime: Promise<DecoderRuntime> } | null = null;

  constructor(newWorker: () => WorkerPort) {
    this.#newWorker = newWorker;
  }

  /** Starts the worker and its runtime; asked for as early as possible. */
  warm(options: DecoderOptions): void {
    if (this.#port === null) this.#call('warm', options).catch(() => undefined);
  }

  /** Loads a decoder, or answers at once when it is the loaded one. */
  open(source: DecoderSource, options: DecoderOptions): Promise<DecoderRuntime> {
    const now = this.#opened;
    const same =
      now?.source.sha256 === source.sha256 &&
      now.options.webgpu === options.webgpu &&
      now.options.threads === options.threads;
    if (now && same) return now.runtime;
    // onnxruntime can be set up once for each worker: another runtime is another worker
    if (now) this.#recycle();
    const runtime = this.#call('open', { ...source, ...options });
    this.#opened = { source, options, runtime };
    runtime.catch(() => {
      this.#opened = null;
    });
    return runtime;
  }

  /** Has the worker hold an embedding; also the way to prefetch one. */
  async embed(ask: Ask<'embed'>): Promise<void> {
    await this.#call('embed', ask);
    this.#embedded.delete(ask.url);
    this.#embedded.set(ask.url, ask);
  }

  /**
   * A click where the pointer rests asks what hovering there has just asked: it gets that answer.
   * @returns null when a newer decode took its place before it was begun
   */
  decode(ask: Ask<'decode'>): Promise<DecodeResult | null> {
    if (this.#latest !== null && this.#latest.key === keyOf(ask)) {
      this.#waiting?.settle(null);
      this.#waiting = null;
      return this.#latest.answer;
    }
    return new Promise((settle, fail) => {
      this.#waiting?.settle(null);
      this.#waiting = { ask, settle, fail };
      if (!this.#inFlight) this.#next();
    });
  }

  replay(ask: Ask<'replay'>): Promise<Answer<'replay'>> {
    return this.#call('replay', ask);
  }

  commit(ask: Ask<'commit'>): Promise<Answer<'commit'>> {
    return this.#call('commit', ask);
  }

  lift(ask: Ask<'lift'>): Promise<Answer<'lift'>> {
    return this.#call('lift', ask);
  }

  close(): void {
    this.#drop(new DecoderError('DECODER_CLOSED', 'The decoder was closed'));
    this.#opened = null;
  }

  #next(): void {
    const next = this.#waiting;
    this.#waiting = null;
    if (next === null) return;
    this.#inFlight = true;
    this.#decodes++;
    const answer = this.#call('decode', next.ask);
    const key = keyOf(next.ask);
    this.#latest = key === null ? null : { key, answer };
    // a question that failed may be asked again
    answer.catch(() => {
      this.#latest = null;
    });
    answer.then(next.settle, next.fail).finally(() => {
      this.#inFlight = false;
      if (this.#waiting === null && this.#pending.size === 0 && this.#decodes >= DECODES_PER_WORKER) {
        void this.#renew();
      }
      this.#next();
    });
  }

  /** A new worker with the same session and the newest embeddings. Their bytes come from the browser's cache. */
  async #renew(): Promise<void> {
    const { source, options } = this.#opened ?? {};
    if (!source || !options) return;
    this.#recycle();
    const embedded = [...this.#embedded.values()].slice(-3);
    this.#opened = { source, options, runtime: this.#call('open', { ...source, ...options }) };
    for (const ask of embedded) void this.embed(ask).catch(() => undefined);
    await this.#opened.runtime.catch(() => undefined);
  }

  #recycle(): void {
    this.#drop(new DecoderError('DECODER_RECYCLED', 'The decoder was started anew'));
    this.#decodes = 0;
  }

  #drop(reason: Error): void {
    this.#port?.terminate();
    this.#port = null;
    this.#latest = null;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const each of pending) each.reject(reason);
  }

  #call<Name extends CallName>(call: Name, ask: Ask<Name>): Promise<Answer<Name>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      // a call's name and its question come as a pair; the mapped type cannot see that through the generic
      this.#worker().postMessage({ id, call, ask } as ToWorker);
    });
  }

  #worker(): WorkerPort {
    if (this.#port) return this.#port;
    const port = this.#newWorker();
    port.onmessage = ({ data }) => this.#receive(data);
    port.onerror = ({ message }) => {
      this.#opened = null;
      this.#drop(new DecoderError('DECODER_FAILED', message ?? 'The decoder worker could not start'));
    };
    this.#port = port;
    return port;
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.ok) pending?.resolve(message.answer);
    else pending?.reject(new DecoderError(message.code, message.message));
  }
}

/** Equal for equal questions. Null for one that feeds logits back: those are too long to compare. */
function keyOf({ imageId, closeUp, prompt }: Ask<'decode'>): string | null {
  return prompt.maskInput ? null : JSON.stringify([imageId, closeUp, prompt.points, prompt.box]);
}

let shared: DecoderClient | null = null;

/** The page's one decoder: it outlives the change from picture to picture. */
export function sharedDecoder(): DecoderClient {
  shared ??= new DecoderClient(
    () => new Worker(new URL('./decoder.worker.ts', import.meta.url), { type: 'module' }) as WorkerPort,
  );
  return shared;
}
