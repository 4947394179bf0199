import type { Decimal } from "decimal.js";

import type { Argument, ArgumentResult, NullFrom } from "../typing/result.js";
import { nodeOf } from "./arguments.js";
import { Expression } from "./expression.js";
import type { OutputName } from "./nodes.js";

/** What TypeScript sees of each type that an expression can give. */
export interface OutputValues {
  readonly text: string;
  readonly integer: number;
  readonly float: number;
  readonly decimal: Decimal;
  readonly boolean: boolean;
  readonly dateTime: Date;
  readonly date: string;
  readonly time: string;
  readonly json: unknown;
  readonly uuid: string;
}

/** A value that the program gives, where a function would take text for the path of a field. */
export function Value<const V extends string | number | bigint | boolean | Date | Decimal | null>(
  value: V,
  output?: OutputName,
): Expression<Widened<V>, Widened<V>> {
  return new Expression({ kind: "value", value, output });
}

type Widened<V> = V extends string ? string : V extends number | bigint ? number : V extends boolean ? boolean : V;

/**
 * What `expression` gives, as another type. What cannot be turned into it is an error of PostgreSQL, and something near
 * it on SQLite.
 */
export function Cast<const A extends Argument, const O extends OutputName>(
  expression: A,
  output: O,
  { maxLength }: { readonly maxLength?: number } = {},
): Expression<OutputValues[O], NullFrom<A, OutputValues[O]>> {
  if (maxLength !== undefined && !(Number.isSafeInteger(maxLength) && maxLength > 0)) {
    throw new TypeError(`Cast: maxLength must be a whole number from 1: ${JSON.stringify(maxLength)}`);
  }
  return new Expression({ kind: "cast", item: nodeOf(expression), output, maxLength });
}

/**
 * A function of the database that is not in this library: `Func("SOUNDEX", ["name"], { output: "text" })`.
 *
 * The name is put into the SQL as it is, and must be a word (letters, digits, `_` and `.`). What it is given may be
 * paths, expressions and values.
 */
export function Func<const O extends OutputName>(
  name: string,
  args: readonly Argument[],
  { output, isAggregate = false }: { readonly output: O; readonly isAggregate?: boolean },
): Expression<OutputValues[O], OutputValues[O] | null> {
  if (!/^[a-z_][\w.]*$/i.test(name)) throw new TypeError(`Func: not a name of a function: ${JSON.stringify(name)}`);
  const texts = args.map((_, index) => (index === 0 ? `${name}(` : ", "));
  return new Expression({
    kind: "template",
    texts: args.length === 0 ? [`${name}()`] : [...texts, ")"],
    args: args.map(nodeOf),
    output,
    isAggregate,
  });
}

/**
 * SQL of your own, as an expression: RawSql("integer")\`${F("likes")} * ${3}\`. What stands between `${` and `}` is an
 * expression or a value, which becomes a parameter; only the text around it is SQL.
 */
export function RawSql<const O extends OutputName>(
  output: O,
): (
  texts: TemplateStringsArray,
  ...args: readonly (Expression | string | number | boolean | Date | null)[]
) => Expression<OutputValues[O], OutputValues[O] | null> {
  return (texts, ...args) =>
    new Expression({
      kind: "template",
      texts: [...texts],
      args: args.map((arg) => (typeof arg === "string" ? { kind: "value", value: arg } : nodeOf(arg))),
      output,
      isAggregate: false,
    });
}

/** Text compared and sorted by the rules of `collation`, a name that the database knows. */
export function Collate<const A extends Argument>(
  expression: A,
  collation: string,
): Expression<string, ArgumentResult<A>> {
  if (!/^[\w.@ -]+$/.test(collation))
    throw new TypeError(`Collate: not a name of a collation: ${JSON.stringify(collation)}`);
  return new Expression({
    kind: "template",
    texts: ["", ` COLLATE "${collation}"`],
    args: [nodeOf(expression)],
    output: "text",
    isAggregate: false,
  });
}
