import type { Decimal } from "decimal.js";

import type { Expression } from "../expressions/expression.js";
import type { DecimalInput } from "./decimal-input.js";

/** The lookups that every column has. */
export interface CommonLookups<Value> {
  readonly exact: Value;
  readonly in: readonly Value[];
  readonly isnull: boolean;
}

/** The lookups of columns whose values have an order. */
export interface OrderedLookups<Value> extends CommonLookups<Value> {
  readonly gt: Value;
  readonly gte: Value;
  readonly lt: Value;
  readonly lte: Value;
  readonly range: readonly [from: Value | Expression<Value>, to: Value | Expression<Value>];
}

/** The lookups of text columns. Those with `i` do not tell upper from lower case. */
export interface TextLookups extends OrderedLookups<string> {
  readonly iexact: string | Expression<string> | null;
  readonly contains: string | Expression<string>;
  readonly icontains: string | Expression<string>;
  readonly startswith: string | Expression<string>;
  readonly istartswith: string | Expression<string>;
  readonly endswith: string | Expression<string>;
  readonly iendswith: string | Expression<string>;
  /** A regular expression, in the words of the database. */
  readonly regex: string;
  readonly iregex: string;
}

/** The transforms of text columns: those that a program adds with `registerTransform`, each with the kind that it gives. */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- programs add to it
export interface TextTransforms {}

/** The same of columns of numbers. */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- programs add to it
export interface NumberTransforms {}

/** What a transform makes of a day: the kind of column that further lookups see. */
export interface DateTransforms {
  readonly year: "number";
  readonly iso_year: "number";
  readonly quarter: "number";
  readonly month: "number";
  readonly week: "number";
  readonly day: "number";
  readonly week_day: "number";
  readonly iso_week_day: "number";
}

/** The same of a time of day. */
export interface TimeTransforms {
  readonly hour: "number";
  readonly minute: "number";
  readonly second: "number";
}

/** The same of a date and time, by calendar and clock of the current time zone. */
export interface DateTimeTransforms extends DateTransforms, TimeTransforms {
  readonly date: "date";
  readonly time: "time";
}

/**
 * The kinds of column that lookups tell apart: the value in TypeScript, the lookups, and the transforms with the
 * kind that each gives. A field type of your own adds its kind here (`declare module "hotclub/orm"`), and a lookup or
 * transform of your own its type to `TextLookups`, `TextTransforms` and the like.
 */
export interface Kinds {
  readonly text: { value: string; lookups: TextLookups; transforms: TextTransforms };
  readonly number: { value: number; lookups: OrderedLookups<number>; transforms: NumberTransforms };
  readonly boolean: { value: boolean; lookups: CommonLookups<boolean>; transforms: {} };
  readonly dateTime: { value: Date; lookups: OrderedLookups<Date>; transforms: DateTimeTransforms };
  readonly date: { value: string; lookups: OrderedLookups<string | Date>; transforms: DateTransforms };
  readonly time: { value: string; lookups: OrderedLookups<string>; transforms: TimeTransforms };
  readonly duration: { value: number; lookups: OrderedLookups<number>; transforms: {} };
  readonly bigint: { value: bigint; lookups: OrderedLookups<bigint | number>; transforms: {} };
  readonly decimal: { value: Decimal; lookups: OrderedLookups<DecimalInput>; transforms: {} };
  readonly uuid: { value: string; lookups: OrderedLookups<string>; transforms: {} };
  readonly ipAddress: { value: string; lookups: CommonLookups<string>; transforms: {} };
  readonly binary: { value: Uint8Array; lookups: CommonLookups<Uint8Array>; transforms: {} };
  readonly json: { value: unknown; lookups: CommonLookups<unknown>; transforms: {} };
  readonly compositeKey: { value: readonly unknown[]; lookups: OrderedLookups<readonly unknown[]>; transforms: {} };
  readonly array: {
    value: readonly unknown[];
    lookups: CommonLookups<readonly unknown[]>;
    transforms: { len: "number" };
  };
}

/** The name of a kind of column. */
export type KindName = keyof Kinds;
