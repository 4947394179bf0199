/**
 * The part of a key that decides where it lives: what stands between the first `{` and the `}` after it, or the whole
 * key where there is no such thing (Redis Cluster specification, "Hash tags"). Shards and clusters ask this one
 * function, for writers and readers alike (X1).
 */
export function hashTag(key: string): string {
  const open = key.indexOf("{");
  if (open < 0) return key;
  const close = key.indexOf("}", open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}
