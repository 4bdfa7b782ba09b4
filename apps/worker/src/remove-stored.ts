import type { ObjectStore } from '@maskloop/storage';

const AT_ONCE = 100;

/** Rows that go, with what they say lies in the object store. */
export interface Going<Row extends { readonly storageKey: string }> {
  some(limit: number): Promise<readonly Row[]>;
  removeRows(rows: readonly Row[]): Promise<void>;
}

/**
 * Removes a page of stored objects and their rows. Bytes go before rows: what was cut off in between is met again, and
 * what is asked for meanwhile is encoded anew because its bytes are gone. Rows first would leave bytes that nobody finds.
 * @returns how many; 0: there are no more
 */
export async function removePage<Row extends { readonly storageKey: string }>(
  store: ObjectStore,
  { some, removeRows }: Going<Row>,
): Promise<number> {
  const rows = await some(AT_ONCE);
  await Promise.all(rows.map(({ storageKey }) => store.remove(storageKey)));
  if (rows.length > 0) await removeRows(rows);
  return rows.length;
}
