/**
 * One cycle for every knot (strongly connected component), the shortest through its first file.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @returns {string[][]} each starts and ends with the same node
 */
export function findCycles(graph) {
  return knots(graph).map((knot) => shortestLoop(graph, knot));
}

/**
 * Tarjan's algorithm without recursion: import chains can be deeper than the stack.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @returns {Set<string>[]}
 */
function knots(graph) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} */
  const low = new Map();
  /** @type {string[]} */
  const open = [];
  const isOpen = new Set();
  /** @type {Set<string>[]} */
  const found = [];

  for (const root of graph.keys()) {
    if (order.has(root)) continue;
    const enter = (/** @type {string} */ node) => {
      order.set(node, order.size);
      low.set(node, order.size - 1);
      open.push(node);
      isOpen.add(node);
      return { node, edges: [...(graph.get(node) ?? [])], next: 0 };
    };
    const path = [enter(root)];
    while (path.length > 0) {
      const step = /** @type {{ node: string, edges: string[], next: number }} */ (path.at(-1));
      const to = step.edges[step.next++];
      if (to !== undefined) {
        if (!order.has(to)) path.push(enter(to));
        else if (isOpen.has(to)) low.set(step.node, Math.min(low.get(step.node) ?? 0, order.get(to) ?? 0));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) low.set(parent.node, Math.min(low.get(parent.node) ?? 0, low.get(step.node) ?? 0));
      if (low.get(step.node) !== order.get(step.node)) continue;
      const knot = new Set(open.splice(open.indexOf(step.node)));
      for (const node of knot) isOpen.delete(node);
      if (knot.size > 1 || graph.get(step.node)?.has(step.node)) found.push(knot);
    }
  }
  return found;
}

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @param {Set<string>} knot
 */
function shortestLoop(graph, knot) {
  const start = /** @type {string} */ ([...knot].sort()[0]);
  /** @type {Map<string, string>} */
  const cameFrom = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const to of graph.get(node) ?? []) {
      if (to === start) {
        const loop = [start];
        for (let back = node; back !== start; back = /** @type {string} */ (cameFrom.get(back)))
          loop.unshift(back);
        return [start, ...loop];
      }
      if (knot.has(to) && !cameFrom.has(to)) {
        cameFrom.set(to, node);
        queue.push(to);
      }
    }
  }
  return [start, start];
}
