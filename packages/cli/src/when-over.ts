import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from './failure.ts';

/** What a worker makes: it is asked for until it is there. */
export interface Build {
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly error: string | null;
}

const FIRST_LOOK_MS = 250;
const LOOK_EVERY_MS = 2_000;

/** @throws Failure when it failed or was cancelled */
export async function whenOver<T extends Build>(
  ordered: T,
  what: string,
  look: () => Promise<T>,
): Promise<T> {
  let pause = FIRST_LOOK_MS;
  for (let now = ordered; ; now = await look()) {
    if (now.state === 'done') return now;
    if (now.state === 'failed') throw new Failure(`${what} failed: ${now.error ?? 'see the log'}`);
    if (now.state === 'cancelled') throw new Failure(`${what} was cancelled.`);
    await wait(pause);
    pause = Math.min(pause * 1.5, LOOK_EVERY_MS);
  }
}
