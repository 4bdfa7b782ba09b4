import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostOptions } from './inference-main.ts';
import {
  type Answers,
  type FromChild,
  fromWire,
  type HostState,
  type RequestKind,
  type Requests,
  type ToChild,
} from './protocol.ts';

export interface InferenceOptions extends HostOptions {
  /** a call that takes longer is taken for hung: the process is killed, the call fails and may be tried again */
  readonly callMs: number;
}

export interface CallOptions {
  /** the call is given up at the next place where the child can */
  readonly signal?: AbortSignal;
  /** 0..1; every report starts the time after which the call is taken for hung anew */
  readonly onProgress?: (fraction: number) => void;
}

interface Waiting {
  readonly what: string;
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly resolve: (answer: Answers[RequestKind]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The child process that runs the models. It is started by the first call and again by the first call after it died;
 * calls that were under way when it died fail with its exit and are the job's to repeat.
 */
export class InferenceProcess {
  readonly #options: InferenceOptions;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | null = null;
  #next = 1;
  #state: HostState = { provider: null, models: [] };
  #starts = 0;

  constructor(options: InferenceOptions) {
    this.#options = options;
  }

  /** provider in use and models in memory, as of the last answer */
  get state(): HostState {
    return this.#state;
  }

  /** how often the process was started */
  get starts(): number {
    return this.#starts;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  call<K extends RequestKind>(
    kind: K,
    request: Requests[K],
    { signal, onProgress }: CallOptions = {},
  ): Promise<Answers[K]> {
    signal?.throwIfAborted();
    this.#child ??= this.#start();
    const child = this.#child;
    const id = this.#next++;
    const abort = () => child.connected && child.send({ id, kind: 'abort' } satisfies ToChild);
    signal?.addEventListener('abort', abort, { once: true });
    const answered = new Promise<Answers[K]>((resolve, reject) => {
      const { callMs } = this.#options;
      const timer = setTimeout(() => {
        this.#settle(id)?.reject(
          new Error(`inference: ${kind} took longer than ${callMs} ms; process killed`),
        );
        child.kill('SIGKILL');
      }, callMs);
      this.#waiting.set(id, {
        what: kind,
        onProgress,
        // the answer to a request has the request's kind
        resolve: resolve as Waiting['resolve'],
        reject,
        timer,
      });
      const message = { id, kind, request } as ToChild;
      child.send(message, (error) => {
        if (error)
          this.#settle(id)?.reject(new Error(`inference: ${kind} could not be sent`, { cause: error }));
      });
    });
    return answered.finally(() => signal?.removeEventListener('abort', abort));
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(late);
  }

  #start(): ChildProcess {
    this.#starts++;
    const { callMs: _, ...host } = this.#options;
    // bundled, the two programs lie side by side; from source, tsx reads the TypeScript
    const fromSource = import.meta.url.endsWith('.ts');
    const entry = new URL(fromSource ? './inference-main.ts' : './inference.js', import.meta.url);
    const child = fork(fileURLToPath(entry), [JSON.stringify(host)], {
      execArgv: fromSource ? ['--import', 'tsx'] : [],
      // keeps typed arrays and bigints; JSON would not
      serialization: 'advanced',
    });
    child.on('message', (message: FromChild) => this.#received(message));
    child.on('error', (error) => this.#died(child, `could not be started (${error.message})`));
    child.on('exit', (code, signal) =>
      this.#died(child, signal ? `was ended by ${signal}` : `ended with code ${code}`),
    );
    return child;
  }

  #received(message: FromChild): void {
    if ('progress' in message) {
      const under = this.#waiting.get(message.id);
      under?.timer.refresh();
      under?.onProgress?.(message.progress);
      return;
    }
    this.#state = message.state;
    const waiting = this.#settle(message.id);
    if (message.ok) waiting?.resolve(message.answer);
    else waiting?.reject(fromWire(message.error));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #died(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#state = { provider: null, models: [] };
    for (const [id, { what }] of this.#waiting) {
      this.#settle(id)?.reject(new Error(`the inference process ${how} during ${what}`));
    }
  }
}
