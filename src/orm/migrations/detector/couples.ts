/** Any two of a list. */
export function couples<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((one, place) => list.slice(place + 1).map((other): [T, T] => [one, other]));
}
