import { useSyncExternalStore } from 'react';
import type { Cell } from './store.ts';

/** A cell's value in a component. Cells hold small immutable snapshots, never pixels. */
export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get, cell.get);
}
