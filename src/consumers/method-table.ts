import type { HttpResponse } from "./response/response.js";

/** What a handler gives back. */
export type Answer = HttpResponse | Promise<HttpResponse>;

/** Answers requests of one method. */
export type MethodHandler = (this: unknown) => Answer;

/** The methods that a consumer can have handlers for, by the name of the handler. */
const methodNames = ["get", "post", "put", "patch", "delete", "head", "options"] as const;

const tables = new WeakMap<object, ReadonlyMap<string, MethodHandler>>();

/** The handlers of a class of consumers by the methods that they answer. Worked out once per class. */
export function methodTable(consumerClass: object): ReadonlyMap<string, MethodHandler> {
  let table = tables.get(consumerClass);
  if (table === undefined) {
    table = readMethods((consumerClass as { prototype: Record<string, unknown> }).prototype);
    tables.set(consumerClass, table);
  }
  return table;
}

function readMethods(prototype: Record<string, unknown>): ReadonlyMap<string, MethodHandler> {
  const table = new Map<string, MethodHandler>();
  for (const name of methodNames) {
    const handler = prototype[name];
    if (typeof handler === "function") table.set(name.toUpperCase(), handler as MethodHandler);
  }
  const get = table.get("GET");
  if (get !== undefined && !table.has("HEAD")) table.set("HEAD", get);
  return table;
}

/** The methods that consumers of a class answer. */
export function allowedMethods(consumerClass: object): string[] {
  return [...new Set([...methodTable(consumerClass).keys(), "OPTIONS"])];
}
