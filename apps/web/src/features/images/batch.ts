/** The values in groups of at most `size`, in order. */
export function chunks<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < values.length; at += size) groups.push(values.slice(at, at + size));
  return groups;
}

/**
 * Does something for each value, a few at a time; one failure does not stop the others.
 * @returns the failures
 */
export async function inParallel<T>(
  values: readonly T[],
  parallel: number,
  act: (value: T) => Promise<unknown>,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  const rest = values[Symbol.iterator]();
  const work = async () => {
    for (const value of rest) {
      try {
        await act(value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return failures;
}
