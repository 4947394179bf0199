import { SafeString } from "./safe-string.js";
import type { FilterDefinition, TemplateFilter } from "./filter.js";

/** Makes a LiquidJS filter of `filter`: sees to what it is given of safe strings, and to what is safe of its result. */
export function liquidFilter(filter: TemplateFilter): (value: unknown, ...args: unknown[]) => unknown {
  const {
    run,
    keepsSafe = false,
    seesSafe = false,
  }: FilterDefinition = typeof filter === "function" ? { run: filter } : filter;
  return (value, ...args) => {
    const given = gatherNamed(args);
    if (seesSafe) return run(value as never, ...(given as never[]));
    const isSafe = value instanceof SafeString;
    const result = run(plain(value) as never, ...(given.map(plain) as never[]));
    return isSafe && keepsSafe && typeof result === "string" ? new SafeString(result) : result;
  };
}

function plain(value: unknown): unknown {
  return value instanceof SafeString ? value.toString() : value;
}

/** LiquidJS gives named arguments as pairs among the others; here they come last, as one object. */
function gatherNamed(args: readonly unknown[]): unknown[] {
  if (!args.some(Array.isArray)) return [...args];
  const named = args.filter((arg) => Array.isArray(arg)) as [string, unknown][];
  return [...args.filter((arg) => !Array.isArray(arg)), Object.fromEntries(named)];
}
