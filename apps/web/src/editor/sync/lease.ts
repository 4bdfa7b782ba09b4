import { type ImageId, renewEveryMs } from '@maskloop/domain';
import { type Cell, cell } from '../store.ts';
import type { Claim } from './api.ts';

export type LeaseState =
  | { readonly at: 'asking' }
  | { readonly at: 'held'; readonly assignmentId: string }
  | { readonly at: 'other'; readonly holder: { readonly id: string; readonly name: string } }
  /** nothing heard: work goes on, the outbox keeps it */
  | { readonly at: 'unknown' };

interface LeaseApi {
  claim(imageId: ImageId): Promise<Claim>;
  renew(assignmentId: string): Promise<void>;
  release(assignmentId: string): Promise<void>;
  releaseAtOnce(assignmentId: string): void;
}

const RETRY_MS = 15_000;

/** One writer per picture: claimed when it is opened, renewed while it is, released when it is left. */
export class Lease {
  readonly state: Cell<LeaseState> = cell<LeaseState>({ at: 'asking' });
  readonly #api: LeaseApi;
  readonly #imageId: ImageId;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(api: LeaseApi, imageId: ImageId) {
    this.#api = api;
    this.#imageId = imageId;
  }

  async claim(): Promise<void> {
    this.#stop();
    const claim = await this.#api.claim(this.#imageId).catch(() => null);
    if (this.#closed) {
      if (claim?.held) await this.#api.release(claim.assignmentId).catch(() => undefined);
      return;
    }
    if (claim === null) {
      if (this.state.get().at === 'asking') this.state.set({ at: 'unknown' });
      this.#after(RETRY_MS, () => this.claim());
    } else if (claim.held) {
      const { assignmentId, leaseMs } = claim;
      this.state.set({ at: 'held', assignmentId });
      this.#after(renewEveryMs(leaseMs), () => this.#renew(assignmentId, leaseMs));
    } else {
      this.state.set({ at: 'other', holder: claim.holder });
      this.#after(RETRY_MS, () => this.claim());
    }
  }

  /**
   * Somebody holds the picture now, or nobody. A claim is news itself, so that only news which changes something for
   * us may lead to one.
   */
  hear(holderId: string | null, ownId: string): void {
    if (this.#closed) return;
    const { at } = this.state.get();
    // also when we thought we held it: another tab of ours was closed and gave the lease of both back
    const freed = holderId === null;
    const taken = holderId !== null && holderId !== ownId && at !== 'other';
    if (freed || taken) void this.claim();
  }

  /** The picture is left. */
  async release(): Promise<void> {
    this.#closed = true;
    this.#stop();
    const now = this.state.get();
    if (now.at === 'held') await this.#api.release(now.assignmentId).catch(() => undefined);
  }

  /** The page is going. */
  letGo(): void {
    this.#closed = true;
    this.#stop();
    const now = this.state.get();
    if (now.at === 'held') this.#api.releaseAtOnce(now.assignmentId);
  }

  /** The page came back from the browser's cache after its lease had been given back. */
  async reclaim(): Promise<void> {
    this.#closed = false;
    await this.claim();
  }

  async #renew(assignmentId: string, leaseMs: number): Promise<void> {
    try {
      await this.#api.renew(assignmentId);
      this.#after(renewEveryMs(leaseMs), () => this.#renew(assignmentId, leaseMs));
    } catch {
      // over, taken or out of reach: asking anew tells which
      await this.claim();
    }
  }

  #after(ms: number, task: () => Promise<void>): void {
    this.#stop();
    if (!this.#closed) this.#timer = setTimeout(() => void task(), ms);
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
