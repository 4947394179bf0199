import { defaultOptions, filters } from "liquidjs";

const context = { opts: defaultOptions, ownPropertyOnly: true, memoryLimit: { use() {}, check() {} } };

/** A filter of LiquidJS as a function, for filters of ours that do more with some arguments. */
export function liquidFunction(name: string): (value: unknown, ...args: unknown[]) => unknown {
  const filter = filters[name];
  const handler = typeof filter === "function" ? filter : filter?.handler;
  if (handler === undefined) throw new Error(`LiquidJS has no filter ${name}.`);
  return (value, ...args) => handler.call({ context } as never, value, ...args) as unknown;
}
