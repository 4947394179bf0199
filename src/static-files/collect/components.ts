/**
 * The nodes of a graph, each after those that it leads to; those that lead to each other, in a circle, come together
 * (strongly connected components, by Tarjan). Without recursion: chains of files may be long.
 */
export function componentsOf(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const components: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const work: { readonly node: string; readonly next: Iterator<string> }[] = [];
    const enter = (node: string): void => {
      index.set(node, index.size);
      low.set(node, index.size - 1);
      stack.push(node);
      onStack.add(node);
      work.push({ node, next: (graph.get(node) ?? new Set<string>())[Symbol.iterator]() });
    };
    enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { node } = top;
      const step = top.next.next();
      if (step.done !== true) {
        if (!index.has(step.value)) enter(step.value);
        else if (onStack.has(step.value)) lower(low, node, index.get(step.value));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) lower(low, parent.node, low.get(node));
      if (low.get(node) === index.get(node)) components.push(takeUntil(node));
    }
  }
  return components;

  function takeUntil(node: string): string[] {
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack.delete(member);
    return component;
  }
}

function lower(low: Map<string, number>, node: string, value = 0): void {
  low.set(node, Math.min(low.get(node) ?? 0, value));
}
