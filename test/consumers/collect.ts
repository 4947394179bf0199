/** Everything that an iteration gives: `Array.fromAsync`, which Node 20 lacks. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}
