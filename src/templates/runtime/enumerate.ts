import { plainOf } from "./compare.js";
import type { Steps } from "./settle.js";

/** The list that `{% for %}` goes through: lists, what can be iterated, pairs of an object's keys and values. */
export function enumerate(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const held = plainOf(value);
  if (Array.isArray(held)) return held;
  if (typeof held === "string") return held === "" ? [] : [held];
  if (typeof held !== "object" || held === null) return [];
  return Symbol.iterator in held ? [...(held as Iterable<unknown>)] : Object.entries(held);
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Like `enumerate`, of what comes one by one. */
export function* enumerateSlowly(value: AsyncIterable<unknown>): Steps<unknown> {
  return yield collect(value);
}

async function collect(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** What `offset`, `limit` and `reversed` leave of a list. */
export function portion(
  list: readonly unknown[],
  offset: unknown,
  limit: unknown,
  isReversed: boolean,
): readonly unknown[] {
  let part = list;
  if (offset !== undefined) part = part.slice(plainOf(offset) as number);
  if (limit !== undefined) part = part.slice(0, plainOf(limit) as number);
  return isReversed ? part.toReversed() : part;
}

const maxRange = 1_000_000;

/** `(low..high)`, both included. Throws a `RangeError` beyond a million. */
export function range(low: unknown, high: unknown): number[] {
  const [first, last] = [Number(plainOf(low)), Number(plainOf(high))];
  if (last - first > maxRange) throw new RangeError(`(${first}..${last}) has more than ${maxRange} numbers`);
  const numbers: number[] = [];
  for (let number = first; number < last + 1; number += 1) numbers.push(number);
  return numbers;
}
