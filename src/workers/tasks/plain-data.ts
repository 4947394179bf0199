import type { TypeProblem } from "../../layers/index.js";

/**
 * What JSON carries and gives back unchanged, which is how queues keep arguments, results and progress. `undefined`
 * is allowed where a key may be missing.
 */
export type PlainData =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly PlainData[]
  | { readonly [key: string]: PlainData };

/** `Value` where JSON carries it, otherwise a `TypeProblem` in the place of what it cannot carry. */
export type Plain<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends bigint | symbol | ((...args: never[]) => unknown)
      ? TypeProblem<"A queue keeps JSON: no functions, symbols or bigints.">
      : Value extends Date
        ? TypeProblem<"A queue keeps JSON: give a date as its ISO string.">
        : Value extends Uint8Array | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | PromiseLike<unknown>
          ? TypeProblem<"A queue keeps JSON: plain objects and arrays only.">
          : { readonly [Key in keyof Value]: Plain<Value[Key]> };

/** Where in a value there is what JSON does not carry. */
export interface PlainDataProblem {
  readonly path: readonly (string | number)[];
  /** Follows "it": `is a Date; give its ISO string`. */
  readonly problem: string;
}

/** Deeper is taken for a circle; `JSON.stringify` itself gives up only at the end of the stack. */
const maxDepth = 200;

/** The first thing in `value` that JSON would drop or change, or `undefined`. */
export function findUnplain(value: unknown): PlainDataProblem | undefined {
  const problem = problemOf(value, 0);
  return problem === undefined ? undefined : { path: problem.path.toReversed(), problem: problem.text };
}

/** The path is gathered on the way back, innermost first, so that good values cost nothing for it. */
interface Problem {
  readonly text: string;
  readonly path: (string | number)[];
}

function problemOf(value: unknown, depth: number): Problem | undefined {
  if (typeof value === "string" || typeof value === "boolean" || value === undefined || value === null)
    return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : { text: `is ${value}`, path: [] };
  if (typeof value === "object") return problemOfObject(value, depth);
  return { text: typeof value === "bigint" ? "is a bigint; give it as a string" : `is a ${typeof value}`, path: [] };
}

function problemOfObject(value: object, depth: number): Problem | undefined {
  if (depth > maxDepth) return { text: "is nested too deeply, or contains itself", path: [] };
  if (Array.isArray(value)) return problemInArray(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return { text: classProblem(value), path: [] };
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return { text: "has a toJSON method", path: [] };
  for (const key of Object.keys(value)) {
    const problem = problemOf((value as Record<string, unknown>)[key], depth + 1);
    if (problem !== undefined) {
      problem.path.push(key);
      return problem;
    }
  }
  return undefined;
}

function problemInArray(items: readonly unknown[], depth: number): Problem | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const problem = item === undefined ? { text: "is undefined", path: [] } : problemOf(item, depth + 1);
    if (problem !== undefined) {
      problem.path.push(index);
      return problem;
    }
  }
  return undefined;
}

function classProblem(value: object): string {
  if (value instanceof Date) return "is a Date; give its ISO string";
  const name = (value as { constructor?: { name?: string } }).constructor?.name ?? "class instance";
  return `is a ${name}; give plain data, such as its id`;
}
