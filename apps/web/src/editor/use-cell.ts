import { useCallback, useSyncExternalStore } from 'react';
import type { Cell } from './store.ts';

/** A cell's value in a component. Cells hold small immutable snapshots, never pixels. */
export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get, cell.get);
}

/**
 * A part of a cell's value: the component renders only when the part is another one. What `select` gives must be a
 * primitive or a part that is kept as it is, never a new object.
 */
export function usePart<T, P>(cell: Cell<T>, select: (value: T) => P): P {
  // selectors are written in place and close over nothing, so that a new one selects the same
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const get = useCallback(() => select(cell.get()), [cell]);
  return useSyncExternalStore(cell.subscribe, get, get);
}
