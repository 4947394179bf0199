import { Drop, toValueSync } from "liquidjs";

/** A word of Liquid that compares in a way of its own. */
class Word extends Drop {
  readonly #value: null | "";
  readonly #matches: (other: unknown) => boolean;

  constructor(value: null | "", matches: (other: unknown) => boolean) {
    super();
    this.#value = value;
    this.#matches = matches;
  }

  override valueOf(): null | "" {
    return this.#value;
  }

  equals(other: unknown): boolean {
    return this.#matches(plainOf(other));
  }

  gt(): boolean {
    return false;
  }

  geq(): boolean {
    return false;
  }

  lt(): boolean {
    return false;
  }

  leq(): boolean {
    return false;
  }
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isBlank(value: unknown): boolean {
  if (value === false || value === null || value === undefined) return true;
  return typeof value === "string" ? value.trim() === "" : isEmpty(value);
}

const none = new Word(null, (other) => other === null || other === undefined);
const empty: Word = new Word("", (other) => !(other instanceof Word) && isEmpty(other));
const blank: Word = new Word("", (other) => !(other instanceof Word) && isBlank(other));

/** The words that stand for a value in templates and are no constants of JavaScript. */
export const words: Readonly<Record<string, unknown>> = { nil: none, null: none, empty, blank };

/** What a LiquidJS drop stands for; everything else as it is. */
export function plainOf(value: unknown): unknown {
  if (!(value instanceof Drop)) return value;
  return value === empty || value === blank ? value : value.valueOf();
}

interface Comparable {
  equals(other: unknown): unknown;
  gt(other: unknown): unknown;
  geq(other: unknown): unknown;
  lt(other: unknown): unknown;
  leq(other: unknown): unknown;
}

function isComparable(value: unknown): value is Comparable {
  if (typeof value !== "object" || value === null) return false;
  const { equals, gt, geq, lt, leq } = value as Partial<Comparable>;
  return [equals, gt, geq, lt, leq].every((one) => typeof one === "function");
}

function asked(result: unknown): boolean {
  return typeof result === "boolean" ? result : Boolean(toValueSync(result as never));
}

/** `a == b`, as LiquidJS has it; two dates of one instant and two instances of one row are equal, too. */
export function equals(left: unknown, right: unknown): boolean {
  // Of the words that are no values, none is equal to itself.
  if (left === right) return left !== empty && left !== blank;
  if (isNothingMore(left) && isNothingMore(right)) return false;
  if (isComparable(left)) return asked(left.equals(right));
  if (isComparable(right)) return asked(right.equals(left));
  const [one, other] = [numeric(plainOf(left)), numeric(plainOf(right))];
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, i) => equals(item, other[i]));
  }
  if (one === other) return true;
  return isObject(one) && isObject(other) && areSame(one, other);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Neither a list nor anything with a comparison of its own. */
function isNothingMore(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function areSame(left: object, right: object): boolean {
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (left.constructor !== right.constructor || left.constructor === Object || !("pk" in left)) return false;
  const [one, other] = [left.pk, (right as { pk?: unknown }).pk];
  return one !== undefined && one !== null && one === other;
}

/** Numbers that are objects, such as `Decimal`, as numbers. */
function numeric(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("toNumber" in value)) return value;
  return typeof value.toNumber === "function" ? (value.toNumber() as unknown) : value;
}

export function greater(left: unknown, right: unknown): boolean {
  if (isComparable(left)) return asked(left.gt(right));
  if (isComparable(right)) return asked(right.lt(left));
  return (numeric(plainOf(left)) as number) > (numeric(plainOf(right)) as number);
}

export function less(left: unknown, right: unknown): boolean {
  if (isComparable(left)) return asked(left.lt(right));
  if (isComparable(right)) return asked(right.gt(left));
  return (numeric(plainOf(left)) as number) < (numeric(plainOf(right)) as number);
}

export function greaterOrEqual(left: unknown, right: unknown): boolean {
  if (isComparable(left)) return asked(left.geq(right));
  if (isComparable(right)) return asked(right.leq(left));
  return (numeric(plainOf(left)) as number) >= (numeric(plainOf(right)) as number);
}

export function lessOrEqual(left: unknown, right: unknown): boolean {
  if (isComparable(left)) return asked(left.leq(right));
  if (isComparable(right)) return asked(right.geq(left));
  return (numeric(plainOf(left)) as number) <= (numeric(plainOf(right)) as number);
}

/** `list contains item`, `text contains part`. */
export function contains(container: unknown, item: unknown): boolean {
  const held = valueOf(container);
  if (Array.isArray(held)) return held.some((one) => equals(one, item));
  if (held instanceof Set || held instanceof Map) return held.has(plainOf(item));
  return typeof held === "string" && held.includes(String(valueOf(item)));
}

/** Within a text, `empty` and `blank` are the text that they print: one of no length, which stands in every other. */
function valueOf(value: unknown): unknown {
  return value instanceof Drop ? value.valueOf() : value;
}

/** `item in list`, `part in text`, `key in object`. */
export function isIn(item: unknown, container: unknown): boolean {
  const held = plainOf(container);
  const isPlain = isObject(held) && !Array.isArray(held) && !(held instanceof Set) && !(held instanceof Map);
  return isPlain ? Object.hasOwn(held, String(plainOf(item))) : contains(held, item);
}

/** In Liquid only `false` and nothing are false: `0`, empty texts and empty lists are true. */
export function isTrue(value: unknown): boolean {
  if (value === true) return true;
  const held = value instanceof Drop ? plainOf(value) : value;
  return held !== false && held !== undefined && held !== null;
}
