import { LayerOptionInvalid } from "./errors.js";

/** Channels whose whole name matches `pattern` hold `capacity` messages. */
export type CapacityPattern = readonly [pattern: string | RegExp, capacity: number];

/** How many messages a channel may hold. */
export type CapacityOf = (channel: string) => number;

/** One function for a default and the patterns before it. Throws `LayerOptionInvalid`. */
export function compileCapacities(capacity: number, patterns: readonly CapacityPattern[]): CapacityOf {
  requireCapacity("capacity", capacity);
  if (patterns.length === 0) return () => capacity;
  const rules = patterns.map(([pattern, limit]) => {
    requireCapacity(`channelCapacity ${String(pattern)}`, limit);
    return { expression: wholeName(pattern), limit };
  });
  return (channel) => {
    for (const { expression, limit } of rules) if (expression.test(channel)) return limit;
    return capacity;
  };
}

function requireCapacity(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new LayerOptionInvalid({ option, problem: `must be a whole number above 0, is ${String(value)}` });
}

/** Without the flags `g` and `y`, which would make `test` remember where it stopped. */
function wholeName(pattern: string | RegExp): RegExp {
  if (pattern instanceof RegExp) return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ""));
  const source = pattern.replace(/[\\^$.|+()[\]{}]/g, String.raw`\$&`);
  return new RegExp(`^${source.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
