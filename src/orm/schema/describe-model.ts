import type { FieldDescription } from "../fields/description.js";
import type { Field } from "../fields/field.js";
import { ParentLinkField } from "../fields/relations/parent-link-field.js";
import type { ModelClass } from "../model-class.js";
import { schemaOf } from "./schema-of.js";
import type { Schema } from "./schema.js";

/** A model as data: all that its tables follow from, and what migrations keep of it. */
export interface ModelDescription {
  /** The class's name. */
  readonly name: string;
  readonly appName: string | undefined;
  /** `chat.Room`, or `Room` for a model of no app. */
  readonly label: string;
  /** The table's name, whether it was given or made. */
  readonly table: string;
  /** The fields that have a column, by name, in the order of the class. */
  readonly fields: ReadonlyMap<string, FieldDescription>;
  /** The relations of many to many that it declares, by name. Their links are rows of models of their own. */
  readonly manyToMany: ReadonlyMap<string, FieldDescription>;
  /** What its `meta` says, with nothing added. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Describes `model`. Throws `ModelInvalid` for a model that cannot work. */
export function describeModel(model: ModelClass): ModelDescription {
  const schema = schemaOf(model);
  return {
    name: schema.name,
    appName: schema.appName,
    label: schema.label,
    table: schema.table,
    fields: new Map(fieldsOf(schema).map((field) => [nameOf(field), field.describe()])),
    manyToMany: new Map(schema.manyToMany.map(({ name, declaration }) => [name, declaration.describe(labelOf)])),
    options: { ...schema.meta },
  };
}

function labelOf(model: ModelClass): string {
  // A proxy is no model of its own to migrations.
  return schemaOf(model).concrete.label;
}

/** `chat.Room`: what `model` is called among all models of all apps. */
export function modelLabel(model: ModelClass): string {
  return schemaOf(model).label;
}

/** What `model` says about telling groups of its changes; see `MetaOptions.announce`. */
export function announces(model: ModelClass): boolean | "model" {
  return schemaOf(model).meta.announce ?? false;
}

function nameOf(field: Field): string {
  return field instanceof ParentLinkField ? field.historicalName : field.name;
}

/** The fields that have a column, and those that stand for several of them. */
function fieldsOf({ tableFields, partedReferences, primaryKey, keyFields }: Schema): readonly Field[] {
  return [...tableFields, ...partedReferences, ...(keyFields.length > 1 ? [primaryKey] : [])];
}

/** The models of links that Hotclub made for the relations of many to many of `model`: they have tables, too. */
export function automaticModelsOf(model: ModelClass): ModelClass[] {
  return schemaOf(model).manyToMany.flatMap(({ links, isAutomatic }) => (isAutomatic ? [links.schema.model] : []));
}

/** Whether `model` only shows the table of another. */
export function isProxy(model: ModelClass): boolean {
  const schema = schemaOf(model);
  return schema.concrete !== schema;
}
