import type { ModelClass } from "../model-class.js";
import { declare } from "../schema/construction.js";
import type { Column } from "../typing/column.js";
import type { KindName } from "../typing/kinds.js";
import type { OptionalReference, Ref } from "../typing/relation.js";
import type { RelatedSet } from "../related-set.js";
import { AutoField } from "./numbers/auto-field.js";
import { BoolField } from "./data/bool-field.js";
import { CharField, type CharOptions } from "./text/char-field.js";
import { DateTimeField, type DateTimeOptions } from "./dates/date-time-field.js";
import type { FieldOptions } from "./field.js";
import { ForeignKeyField, type ForeignKeyOptions } from "./relations/foreign-key-field.js";
import { IntField, type IntOptions } from "./numbers/int-field.js";
import { ReverseDeclaration } from "./relations/reverse-declaration.js";
import { SlugField, type SlugOptions } from "./text/slug-field.js";
import { TextField, type TextOptions } from "./text/text-field.js";

/** Options that make a column's value come by itself, so that `create` may do without. */
type HasDefault = { readonly default: unknown } | { readonly autoNow: true } | { readonly autoNowAdd: true };

type ValueOf<Value, Options> = Options extends { readonly choices: readonly (infer Choice)[] } ? Choice & Value : Value;
type IsKey<Options> = Options extends { readonly primaryKey: true } ? true : false;

/** The type of the property that a field with these `Options` gives. */
export type ColumnFor<Value, Kind extends KindName, Options> = Options extends { readonly null: true }
  ? Column<ValueOf<Value, Options>, Kind, "optional"> | null
  : Column<ValueOf<Value, Options>, Kind, Options extends HasDefault ? "optional" : "required", IsKey<Options>>;

/** The type of the property that a foreign key with these `Options` gives. */
export type ReferenceFor<T, Options> = Options extends { readonly null: true }
  ? Ref<T> | null
  : Options extends { readonly default: unknown }
    ? Ref<T> & OptionalReference
    : Ref<T>;

function auto(): Column<number, "number", "optional", true> {
  return declare("auto", () => new AutoField()) as number;
}

function char<const Options extends CharOptions = CharOptions>(options?: Options): ColumnFor<string, "text", Options> {
  return declare("char", () => new CharField(options)) as ColumnFor<string, "text", Options>;
}

function text<const Options extends TextOptions = TextOptions>(options?: Options): ColumnFor<string, "text", Options> {
  return declare("text", () => new TextField(options)) as ColumnFor<string, "text", Options>;
}

function slug<const Options extends SlugOptions = SlugOptions>(options?: Options): ColumnFor<string, "text", Options> {
  return declare("slug", () => new SlugField(options)) as ColumnFor<string, "text", Options>;
}

function int<const Options extends IntOptions = IntOptions>(options?: Options): ColumnFor<number, "number", Options> {
  return declare("int", () => new IntField(options)) as ColumnFor<number, "number", Options>;
}

function bool<const Options extends FieldOptions<boolean> = FieldOptions<boolean>>(
  options?: Options,
): ColumnFor<boolean, "boolean", Options> {
  return declare("bool", () => new BoolField(options)) as ColumnFor<boolean, "boolean", Options>;
}

function dateTime<const Options extends DateTimeOptions = DateTimeOptions>(
  options?: Options,
): ColumnFor<Date, "dateTime", Options> {
  return declare("dateTime", () => new DateTimeField(options)) as ColumnFor<Date, "dateTime", Options>;
}

function foreignKey<T extends object, const Options extends ForeignKeyOptions>(
  to: () => ModelClass<T>,
  options: Options,
): ReferenceFor<T, Options> {
  return declare("foreignKey", () => new ForeignKeyField(to, options)) as ReferenceFor<T, Options>;
}

function reverse<T extends object, const Via extends string>(
  to: () => ModelClass<T>,
  foreignKeyName: Via,
): RelatedSet<T, Via> {
  return declare("reverse", () => new ReverseDeclaration(to, foreignKeyName)) as RelatedSet<T, Via>;
}

/**
 * The fields of models. Each function is called as a class field; the type of the property follows from its options.
 *
 * ```ts
 * class Message extends Model {
 *   room = f.foreignKey(() => Room, { onDelete: "cascade" });
 *   text = f.text({ maxLength: 2000 });
 *   pinned = f.bool({ default: false });
 *   sentAt = f.dateTime({ autoNowAdd: true });
 * }
 * ```
 */
export const f = {
  /** A primary key that the database counts up. Every `Model` has one called `id`. */
  auto,
  /** A short text, limited by the database too where `maxLength` is given. */
  char,
  /** Text of any length. */
  text,
  /** Letters, digits, `-` and `_`, for URLs; at most 50 unless `maxLength` says otherwise. Indexed. */
  slug,
  /** A whole number within ±(2^53 - 1). */
  int,
  /** True or false. */
  bool,
  /** An instant, to the millisecond. */
  dateTime,
  /** A reference to a row of the model that the function gives; the function lets models refer to each other. */
  foreignKey,
  /** The other side of a foreign key: `f.reverse(() => Message, "room")` is all messages whose `room` is this one. */
  reverse,
} as const;
