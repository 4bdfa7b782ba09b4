/** Below this share an estimate says nothing. */
const FIRST = 0.03;

/**
 * How long a build will still take, were it to go on as fast as so far.
 * @param progress 0..1
 * @returns milliseconds; null: too early to say
 */
export function remainingMs(startedAt: Date | null, progress: number, now: number): number | null {
  if (startedAt === null || progress < FIRST) return null;
  const spent = Math.max(0, now - startedAt.getTime());
  return (spent / progress) * (1 - Math.min(1, progress));
}
