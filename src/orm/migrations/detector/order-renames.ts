/**
 * The steps in which things get their new names, so that none gets one that another still has: in a circle, such as two
 * that exchange their names, one steps aside. `taken` has all names that are in use.
 */
export function orderRenames(renames: ReadonlyMap<string, string>, taken: Iterable<string>): [string, string][] {
  const used = new Set(taken);
  const steps: [string, string][] = [];
  // A name that somebody keeps is nobody else's.
  const waiting = new Map([...renames].filter(([from, to]) => used.has(from) && from !== to));
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const [from, to] of waiting) {
      if (!used.has(to) || waiting.has(to)) continue;
      waiting.delete(from);
      isSettled = false;
    }
  }
  const step = (from: string, to: string): void => {
    steps.push([from, to]);
    used.delete(from);
    used.add(to);
    waiting.delete(from);
  };
  while (waiting.size > 0) {
    const [from, to] = [...waiting].find(([, name]) => !used.has(name)) ?? [];
    if (from !== undefined && to !== undefined) {
      step(from, to);
      continue;
    }
    const [[first, goal] = ["", ""]] = waiting;
    let aside = `${first}Before`;
    while (used.has(aside) || [...renames.values()].includes(aside)) aside = `${aside}1`;
    step(first, aside);
    waiting.set(aside, goal);
  }
  return steps;
}
