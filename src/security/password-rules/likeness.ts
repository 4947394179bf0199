/**
 * How many of their characters two texts have in common, in whatever order, from 0 to 1: what Python's
 * `SequenceMatcher.quick_ratio` gives, which Django's rule is made with.
 */
export function likeness(one: string, other: string): number {
  const left = new Map<string, number>();
  for (const character of other) left.set(character, (left.get(character) ?? 0) + 1);
  let common = 0;
  let length = 0;
  for (const character of one) {
    length += 1;
    const count = left.get(character) ?? 0;
    if (count === 0) continue;
    common += 1;
    left.set(character, count - 1);
  }
  const total = length + Array.from(other).length;
  return total === 0 ? 1 : (2 * common) / total;
}
