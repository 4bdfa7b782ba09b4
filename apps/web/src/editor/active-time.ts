/** Longer pauses are no work: they count as nothing (the engine's figures are about active time). */
const IDLE_MS = 20_000;

/** Active milliseconds since the last mask. */
export interface ActiveTime {
  readonly spentMs: number;
  /** when something was last done, milliseconds of the page's clock; null before the first time */
  readonly seenAt: number | null;
}

export const NO_TIME: ActiveTime = { spentMs: 0, seenAt: null };

/** Something was done now. */
export function touch(time: ActiveTime, now: number): ActiveTime {
  const pause = time.seenAt === null ? 0 : Math.max(0, now - time.seenAt);
  return { spentMs: time.spentMs + (pause > IDLE_MS ? 0 : pause), seenAt: now };
}
