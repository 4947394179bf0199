import type { Argument, ArgumentResult } from "../../typing/result.js";
import { nodeOf } from "../arguments.js";
import { Expression } from "../expression.js";

function call<R>(name: string, args: readonly Argument[]): Expression<never, R> {
  return new Expression({ kind: "function", name, args: args.map(nodeOf), output: "common" });
}

type Last<A extends readonly unknown[]> = A extends readonly [...unknown[], infer L] ? L : never;

/** The first that is not null. Text is the path of a field; a text itself is a `Value`. */
export function Coalesce<const A extends readonly [Argument, ...Argument[]]>(
  ...args: A
): Expression<never, NonNullable<ArgumentResult<A[number]>> | ArgumentResult<Last<A>>> {
  return call("coalesce", args);
}

/** The greatest. With a null among them: null on SQLite, the greatest of the others on PostgreSQL. */
export function Greatest<const A extends readonly Argument[]>(
  ...args: A
): Expression<never, ArgumentResult<A[number]>> {
  return call("greatest", args);
}

/** The least. With a null among them: null on SQLite, the least of the others on PostgreSQL. */
export function Least<const A extends readonly Argument[]>(...args: A): Expression<never, ArgumentResult<A[number]>> {
  return call("least", args);
}

/** The first, or null where it is equal to the second. */
export function NullIf<const A extends Argument>(
  of: A,
  unwanted: Argument,
): Expression<never, ArgumentResult<A> | null> {
  return call("nullif", [of, unwanted]);
}
