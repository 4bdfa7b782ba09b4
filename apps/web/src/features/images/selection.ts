/** Ids chosen in a list, and the row from which a shift-click spans. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

/**
 * A click on an item's box. With `span` everything between the last clicked item and this one takes the state
 * that this one gets.
 * @param order all ids in the order in which they are shown
 */
export function clickItem(
  selection: Selection,
  order: readonly string[],
  id: string,
  span: boolean,
): Selection {
  const ids = new Set(selection.ids);
  const select = !ids.has(id);
  const from = span && selection.anchor !== null ? order.indexOf(selection.anchor) : -1;
  const to = order.indexOf(id);
  const range = from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const each of range) {
    if (select) ids.add(each);
    else ids.delete(each);
  }
  return { ids, anchor: id };
}

/** What is shown no longer (removed, filtered out) is selected no longer. */
export function keepShown(selection: Selection, order: readonly string[]): Selection {
  if (selection.ids.size === 0) return selection;
  const ids = new Set(order.filter((id) => selection.ids.has(id)));
  return ids.size === selection.ids.size ? selection : { ids, anchor: selection.anchor };
}
