import type { Expression } from "../../expressions/expression.js";
import { declare } from "../../schema/construction.js";
import type { Column, ColumnKind, ColumnValue, NullOf } from "../../typing/column.js";
import type { KindName } from "../../typing/kinds.js";
import { ArrayField, type ArrayOptions } from "../data/array-field.js";
import { BinaryField, type BinaryOptions } from "../data/binary-field.js";
import { BoolField } from "../data/bool-field.js";
import { GeneratedField, type GeneratedOptions } from "../data/generated-field.js";
import { JsonField, type JsonOptions } from "../data/json-field.js";
import { UuidField, type UuidOptions } from "../data/uuid-field.js";
import type { Field, FieldOptions } from "../field.js";
import type { ColumnFor } from "./property-types.js";

export function bool<const Options extends FieldOptions<boolean> = FieldOptions<boolean>>(
  options?: Options,
): ColumnFor<boolean, "boolean", Options> {
  return declare("bool", () => new BoolField(options)) as ColumnFor<boolean, "boolean", Options>;
}

export function uuid<const Options extends UuidOptions = UuidOptions>(
  options?: Options,
): ColumnFor<string, "uuid", Options> {
  return declare("uuid", () => new UuidField(options)) as ColumnFor<string, "uuid", Options>;
}

export function binary<const Options extends BinaryOptions = BinaryOptions>(
  options?: Options,
): ColumnFor<Uint8Array, "binary", Options> {
  return declare("binary", () => new BinaryField(options)) as ColumnFor<Uint8Array, "binary", Options>;
}

/** What JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** `f.json<Settings>()` says the type of the values; `f.json({ schema })` takes it from a schema. */
export interface JsonFunction {
  <Value = JsonValue>(options: JsonOptions<Value> & { readonly null: true }): Column<Value, "json", "optional"> | null;
  <Value = JsonValue>(
    options: JsonOptions<Value> & ({ readonly default: Value | (() => Value) } | { readonly dbDefault: unknown }),
  ): Column<Value, "json", "optional">;
  <Value = JsonValue>(options?: JsonOptions<Value>): Column<Value, "json">;
}

export const json = ((options?: JsonOptions<unknown>) => declare("json", () => new JsonField(options))) as JsonFunction;

export function array<Item, const Options extends ArrayOptions<ColumnValue<Item> | NullOf<Item>> = {}>(
  item: Item,
  options?: Options,
): ColumnFor<(ColumnValue<Item> | NullOf<Item>)[], "array", Options> {
  // While a model is looked at, what the functions of `f` give are fields.
  const make = (): Field => new ArrayField(item as unknown as Field, options);
  return declare("array", make) as ColumnFor<(ColumnValue<Item> | NullOf<Item>)[], "array", Options>;
}

export function generated<Output>(
  expression: Expression,
  output: Output,
  options?: GeneratedOptions,
): Column<ColumnValue<Output>, ColumnKind<Output> & KindName, "computed"> | NullOf<Output> {
  const make = (): Field => new GeneratedField(expression, output as unknown as Field, options);
  return declare("generated", make) as Column<ColumnValue<Output>, ColumnKind<Output> & KindName, "computed">;
}

/** A field class, as far as the type of its property goes. */
interface OwnField {
  readonly lookupKind: KindName;
  toValue(value: unknown): unknown;
}

type OwnValue<Made extends OwnField> = ReturnType<Made["toValue"]>;

export function own<Made extends OwnField, const Options extends FieldOptions<OwnValue<Made>> = {}>(
  type: new (options: Options) => Made,
  ...[options]: {} extends Options ? [options?: Options] : [options: Options]
): ColumnFor<OwnValue<Made>, Made["lookupKind"], Options> {
  const make = (): Field => new type(options ?? ({} as Options)) as unknown as Field;
  return declare("own", make) as ColumnFor<OwnValue<Made>, Made["lookupKind"], Options>;
}
