import type { ModelClass } from "../model-class.js";
import { AutoField } from "./numbers/auto-field.js";
import { BoolField } from "./data/bool-field.js";
import { CharField } from "./text/char-field.js";
import { DateTimeField } from "./dates/date-time-field.js";
import type { FieldDescription } from "./description.js";
import type { Field } from "./field.js";
import { ForeignKeyField, type ForeignKeyOptions } from "./relations/foreign-key-field.js";
import { IntField } from "./numbers/int-field.js";
import { SlugField } from "./text/slug-field.js";
import { TextField } from "./text/text-field.js";

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

registerFieldType("auto", () => new AutoField());
registerFieldType("char", (options) => new CharField(options));
registerFieldType("text", (options) => new TextField(options));
registerFieldType("slug", (options) => new SlugField(options));
registerFieldType("int", (options) => new IntField(options));
registerFieldType("bool", (options) => new BoolField(options));
registerFieldType("dateTime", (options) => new DateTimeField(options));
registerFieldType(
  "foreignKey",
  (options: ForeignKeyOptions, { to = "" }, find) => new ForeignKeyField(() => find(to), options),
);
