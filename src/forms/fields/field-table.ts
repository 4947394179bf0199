import type { Decimal } from "decimal.js";

import type { UploadedFile } from "../../consumers/index.js";
import type { Schema } from "../../core/index.js";
import type { JsonValue } from "../../orm/index.js";
import { BooleanField, NullBooleanField } from "./boolean-fields.js";
import { CharField, type CharOptions, HiddenField, PasswordField, TextField } from "./char-field.js";
import {
  ChoiceField,
  type ChoiceOptions,
  MultipleChoiceField,
  type MultipleChoiceOptions,
  TypedChoiceField,
  type TypedChoiceOptions,
} from "./choice-fields.js";
import type { ChoiceSource, ChosenOf } from "./choices.js";
import {
  DateField,
  DateTimeField,
  type DateTimeOptions,
  DurationField,
  SplitDateTimeField,
  TimeField,
} from "./date-fields.js";
import { FileField, type FileOptions, ImageField } from "./file-fields.js";
import type { FieldOptions } from "./form-field.js";
import {
  EmailField,
  IpAddressField,
  type IpAddressOptions,
  RegexField,
  type RegexOptions,
  SlugField,
  type SlugOptions,
  UrlField,
  type UrlOptions,
  UuidField,
} from "./formatted-fields.js";
import { JsonField, type JsonOptions } from "./json-field.js";
import {
  ModelChoiceField,
  type ModelChoiceOptions,
  ModelMultipleChoiceField,
  type RowSource,
} from "./model-choice-fields.js";
import {
  BigIntegerField,
  type BigIntegerOptions,
  DecimalField,
  type DecimalOptions,
  FloatField,
  IntegerField,
  type NumberOptions,
} from "./number-fields.js";

/** The cleaned value of a field with these options: null, too, where it need not be given. */
type Given<Value, Options> = Options extends { readonly required: infer Required }
  ? Required extends true
    ? Value
    : Value | null
  : Value;

/** The cleaned value of a field for files: what it opens with, too, where it opens with something. */
type GivenFile<Options> =
  | Given<UploadedFile, Options>
  | (Options extends { readonly initial: infer Initial }
      ? Initial extends (...given: never[]) => infer Made
        ? Awaited<Made>
        : Initial
      : never);

/** The value of a field for JSON. */
export interface JsonFunction {
  <Value>(
    options: JsonOptions<Value> & { readonly schema: Schema<Value>; readonly required: false },
  ): JsonField<Value | null>;
  <Value>(options: JsonOptions<Value> & { readonly schema: Schema<Value> }): JsonField<Value>;
  <Value = JsonValue>(options: JsonOptions<Value> & { readonly required: false }): JsonField<Value | null>;
  <Value = JsonValue>(options?: JsonOptions<Value>): JsonField<Value>;
}

/**
 * The fields of forms. Each function is called as a class field; the type of the cleaned value follows from its options.
 *
 * ```ts
 * class ContactForm extends Form {
 *   email = field.email({ help: "We answer here." });
 *   topic = field.choice({ choices: { sales: "Sales", help: "Help" } });
 *   text = field.text({ maxLength: 2000 });
 *   copy = field.boolean({ label: "Send me a copy" });
 * }
 * ```
 */
export const field = {
  /** A text of one line. */
  char: (options?: CharOptions): CharField => new CharField(options),
  /** A text of several lines. */
  text: (options?: CharOptions): TextField => new TextField(options),
  /** An e-mail address. */
  email: (options?: CharOptions): EmailField => new EmailField(options),
  /** An absolute URL. */
  url: (options?: UrlOptions): UrlField => new UrlField(options),
  /** A part of a URL: letters, digits, `-` and `_`. */
  slug: (options?: SlugOptions): SlugField => new SlugField(options),
  /** A text that matches a pattern. */
  regex: (options: RegexOptions): RegexField => new RegexField(options),
  /** A secret, which does not come back with the page. */
  password: (options?: CharOptions): PasswordField => new PasswordField(options),
  /** A text that nobody sees. */
  hidden: (options?: CharOptions): HiddenField => new HiddenField(options),
  /** An address of IPv4 or IPv6. */
  ipAddress: (options?: IpAddressOptions): IpAddressField => new IpAddressField(options),
  /** A UUID, as text. */
  uuid: <const O extends CharOptions>(options?: O): UuidField<Given<string, O>> => new UuidField(options),
  /** A whole number. */
  integer: <const O extends NumberOptions>(options?: O): IntegerField<Given<number, O>> => new IntegerField(options),
  /** A whole number of any size, as a bigint. */
  bigInteger: <const O extends BigIntegerOptions>(options?: O): BigIntegerField<Given<bigint, O>> =>
    new BigIntegerField(options),
  /** A number. */
  float: <const O extends NumberOptions>(options?: O): FloatField<Given<number, O>> => new FloatField(options),
  /** An exact decimal number, for money. */
  decimal: <const O extends DecimalOptions>(options?: O): DecimalField<Given<Decimal, O>> => new DecimalField(options),
  /** A box to tick. With `required` it must be ticked; by itself it is not required. */
  boolean: (options?: FieldOptions<boolean>): BooleanField => new BooleanField(options),
  /** Yes, no or unknown. */
  nullBoolean: (options?: FieldOptions<boolean>): NullBooleanField => new NullBooleanField(options),
  /** A day of the calendar, as text: `2026-11-21`. */
  date: <const O extends FieldOptions<string>>(options?: O): DateField<Given<string, O>> => new DateField(options),
  /** A time of day, as text: `18:30:00`. */
  time: <const O extends FieldOptions<string>>(options?: O): TimeField<Given<string, O>> => new TimeField(options),
  /** An instant. */
  dateTime: <const O extends DateTimeOptions>(options?: O): DateTimeField<Given<Date, O>> => new DateTimeField(options),
  /** An instant whose date and time are asked for apart. */
  splitDateTime: <const O extends DateTimeOptions>(options?: O): SplitDateTimeField<Given<Date, O>> =>
    new SplitDateTimeField(options),
  /** A length of time, in milliseconds. */
  duration: <const O extends FieldOptions<number>>(options?: O): DurationField<Given<number, O>> =>
    new DurationField(options),
  /** Anything that JSON can say; `schema` checks it and gives its type. */
  json: ((options?: JsonOptions<never>) => new JsonField(options)) as JsonFunction,
  /** One of some values; the value itself, not its text, is what comes out. */
  choice: <const C extends ChoiceSource, const O extends Omit<ChoiceOptions<C, ChosenOf<C>>, "choices">>(
    options: O & { readonly choices: C },
  ): ChoiceField<Given<ChosenOf<C>, O>> => new ChoiceField(options as never),
  /** One of some choices, made into something else by `coerce`. */
  typedChoice: <Value, const O extends { readonly required?: boolean } = {}>(
    options: TypedChoiceOptions<Value> & O,
  ): TypedChoiceField<Given<Value, O>> => new TypedChoiceField(options as never),
  /** Any number of some values. */
  multipleChoice: <const C extends ChoiceSource>(
    options: MultipleChoiceOptions<C, ChosenOf<C>>,
  ): MultipleChoiceField<ChosenOf<C>> => new MultipleChoiceField(options as never),
  /** A row of a model: `field.modelChoice(Room.filter({ isOpen: true }))`. */
  modelChoice: <T extends object, const O extends ModelChoiceOptions<T, T>>(
    rows: RowSource<T>,
    options?: O,
  ): ModelChoiceField<T, Given<T, O>> => new ModelChoiceField(rows, options as never),
  /** Any number of rows of a model. */
  modelMultipleChoice: <T extends object>(
    rows: RowSource<T>,
    options?: ModelChoiceOptions<T, T[]>,
  ): ModelMultipleChoiceField<T> => new ModelMultipleChoiceField(rows, options as never),
  /** A file. */
  file: <const O extends FileOptions>(options?: O): FileField<GivenFile<O>> => new FileField(options),
  /** An image, of a type that browsers show. */
  image: <const O extends FileOptions>(options?: O): ImageField<GivenFile<O>> => new ImageField(options),
} as const;
