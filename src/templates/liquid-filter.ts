import type { FilterImplOptions } from "liquidjs";

import type { FilterDefinition } from "./filter.js";
import { SafeString } from "./safe-string.js";

/** Makes of `filter` one that LiquidJS can call, for what it interprets. */
export function liquidFilter({
  run,
  keepsSafe = false,
  seesSafe = false,
}: FilterDefinition): (value: unknown, ...args: unknown[]) => unknown {
  return (value, ...args) => {
    const given = gatherNamed(args);
    if (seesSafe) return run(value as never, ...(given as never[]));
    const isSafe = value instanceof SafeString;
    const result = run(plain(value) as never, ...(given.map(plain) as never[]));
    return isSafe && keepsSafe && typeof result === "string" ? new SafeString(result) : result;
  };
}

/** Makes of a filter of LiquidJS, or of a plugin, which knows nothing of safe strings, one that sees none. */
export function givenPlain(filter: FilterImplOptions): FilterImplOptions {
  const isHandler = typeof filter === "function";
  const { handler } = isHandler ? { handler: filter } : filter;
  const see: typeof handler = function (value, ...args) {
    return args.length === 0
      ? handler.call(this, plain(value) as never)
      : handler.call(this, plain(value) as never, ...(args.map(plain) as never[]));
  };
  return isHandler ? see : { ...filter, handler: see };
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
