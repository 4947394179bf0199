import type { ExpressionNode } from "../expressions/nodes.js";
import type { ModelClass } from "../model-class.js";
import { ArrayField, type ArrayOptions } from "./data/array-field.js";
import { BinaryField } from "./data/binary-field.js";
import { BoolField } from "./data/bool-field.js";
import { CompositeKeyField } from "./data/composite-key-field.js";
import { FileField, ImageField } from "./data/file-field.js";
import { GeneratedField, type GeneratedOptions } from "./data/generated-field.js";
import { JsonField } from "./data/json-field.js";
import { UuidField } from "./data/uuid-field.js";
import { DateField } from "./dates/date-field.js";
import { DateTimeField } from "./dates/date-time-field.js";
import { DurationField } from "./dates/duration-field.js";
import { TimeField } from "./dates/time-field.js";
import type { FieldDescription } from "./description.js";
import type { Field } from "./field.js";
import { AutoField } from "./numbers/auto-field.js";
import { BigIntField } from "./numbers/big-int-field.js";
import { DecimalField } from "./numbers/decimal-field.js";
import { FloatField } from "./numbers/float-field.js";
import { IntField, type IntTypeName } from "./numbers/int-field.js";
import { ForeignKeyField, type ForeignKeyOptions } from "./relations/foreign-key-field.js";
import { OneToOneField } from "./relations/one-to-one-field.js";
import { PartedReferenceField } from "./relations/parted-reference-field.js";
import { CharField } from "./text/char-field.js";
import { EmailField } from "./text/email-field.js";
import { IpAddressField } from "./text/ip-address-field.js";
import { SlugField } from "./text/slug-field.js";
import { TextField } from "./text/text-field.js";
import { UrlField } from "./text/url-field.js";

/** Finds the model with a label, such as `chat.Room`. */
export type ModelFinder = (label: string) => ModelClass;

/** Makes a field of one type from the options of its description. */
export type FieldMaker = (options: never, description: FieldDescription, find: ModelFinder) => Field;

const makers = new Map<string, FieldMaker>();

/** Makes fields of a type of your own known to migrations. `type` is what its `typeName` says. */
export function registerFieldType(type: string, make: FieldMaker): void {
  makers.set(type, make);
}

/**
 * The field that `description` describes, not yet part of a model. `find` gives the models that relations lead to; it
 * is called when the field is first asked for its target. `undefined` for a type that is not known.
 */
export function fieldOf(description: FieldDescription, find: ModelFinder): Field | undefined {
  return makers.get(description.type)?.(description.options as never, description, find);
}

/** The field inside of another: an array's item. */
function inner(description: FieldDescription, find: ModelFinder): Field {
  const field = fieldOf(description, find);
  if (field === undefined) throw new TypeError(`There is no type of field ${JSON.stringify(description.type)}.`);
  return field;
}

registerFieldType("auto", () => new AutoField(64));
registerFieldType("auto32", () => new AutoField(32));
registerFieldType("smallAuto", () => new AutoField(16));
const intNames: readonly IntTypeName[] = [
  "int",
  "int32",
  "smallInt",
  "positiveInt",
  "positiveInt32",
  "positiveSmallInt",
];
for (const name of intNames) registerFieldType(name, (options) => new IntField(options, name));
registerFieldType("bigInt", (options) => new BigIntField(options));
registerFieldType("float", (options) => new FloatField(options));
registerFieldType("decimal", (options) => new DecimalField(options));
registerFieldType("char", (options) => new CharField(options));
registerFieldType("text", (options) => new TextField(options));
registerFieldType("slug", (options) => new SlugField(options));
registerFieldType("email", (options) => new EmailField(options));
registerFieldType("url", (options) => new UrlField(options));
registerFieldType("ipAddress", (options) => new IpAddressField(options));
registerFieldType("bool", (options) => new BoolField(options));
registerFieldType("date", (options) => new DateField(options));
registerFieldType("time", (options) => new TimeField(options));
registerFieldType("dateTime", (options) => new DateTimeField(options));
registerFieldType("duration", (options) => new DurationField(options));
registerFieldType("uuid", (options) => new UuidField(options));
registerFieldType("binary", (options) => new BinaryField(options));
registerFieldType("json", (options) => new JsonField(options));
registerFieldType("file", (options) => new FileField(options));
registerFieldType("image", (options) => new ImageField(options));
registerFieldType(
  "array",
  (options: ArrayOptions<unknown> & { item: FieldDescription }, _description, find) =>
    new ArrayField(inner(options.item, find), options),
);
registerFieldType(
  "generated",
  (options: GeneratedOptions & { expression: ExpressionNode; output: FieldDescription }, _description, find) =>
    new GeneratedField(options.expression, inner(options.output, find), options),
);
registerFieldType("foreignKey", (options: ForeignKeyOptions, { to = "" }, find) =>
  options.fields === undefined
    ? new ForeignKeyField(() => find(to), options)
    : new PartedReferenceField(() => find(to), options),
);
registerFieldType("compositeKey", ({ fields }: { fields: readonly string[] }) => new CompositeKeyField(fields));
registerFieldType(
  "oneToOne",
  (options: ForeignKeyOptions, { to = "" }, find) => new OneToOneField(() => find(to), options),
);
