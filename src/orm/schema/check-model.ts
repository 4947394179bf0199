import type { ConstraintDefinition, IndexDefinition } from "../definitions.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import type { SchemaParts } from "./model-schema.js";
import { fitsAsName } from "./naming.js";
import { suggestion } from "./nearest.js";
import { PlaceField } from "./place-field.js";
import { databaseAction, SetTo } from "./on-delete.js";

/** Throws `ModelInvalid` about the model that is looked at. */
export type Invalid = (problem: string) => never;

/** Refuses names of fields, columns and `onDelete`s that cannot be. */
export function checkNames(
  { fields, foreignKeys, reverses }: Pick<SchemaParts, "fields" | "foreignKeys" | "reverses">,
  invalid: Invalid,
): void {
  const columns = new Map<string, string>();
  for (const name of [...fields, ...foreignKeys].map((field) => field.name).concat([...reverses.keys()])) {
    if (name === "pk") invalid('has a field "pk", which is the name of every model\'s primary key in queries');
    if (name.includes("__") || name.endsWith("_") || name.startsWith("-")) {
      invalid(`has a field ${JSON.stringify(name)}; a name may not contain __, end in _ or begin with -`);
    }
  }
  for (const field of fields) {
    if (!fitsAsName(field.column)) {
      invalid(`has a column name that not every database takes (1 to 63 bytes): ${JSON.stringify(field.column)}`);
    }
    const other = columns.get(field.column.toLowerCase());
    if (other !== undefined) invalid(`has the same column ${field.column} for ${other} and ${field.name}`);
    columns.set(field.column.toLowerCase(), field.name);
  }
  for (const field of foreignKeys) if (field instanceof ForeignKeyField) checkOnDelete(field, invalid);
}

function checkOnDelete(
  { name, onDelete, isNullable, options, hasConstraint }: ForeignKeyField,
  invalid: Invalid,
): void {
  if (onDelete instanceof SetTo) return;
  const needs = (what: string): never =>
    invalid(`has ${name} with onDelete: ${JSON.stringify(onDelete)}, which needs ${what}`);
  if ((onDelete === "setNull" || onDelete === "dbSetNull") && !isNullable) needs("null: true");
  if (onDelete === "setDefault" && options.default === undefined) needs("a default");
  if (onDelete === "dbSetDefault" && options.dbDefault === undefined) needs("a dbDefault");
  if (databaseAction(onDelete) !== "" && !hasConstraint) needs("dbConstraint");
}

/** Refuses fields under whose names the prototype has a method: they would hide it. */
export function refuseShadowing(
  { model, fields, foreignKeys, reverses, parent }: Omit<SchemaParts, "schemaOf">,
  invalid: Invalid,
) {
  const inherited = new Set(parent?.reverseNames);
  for (const name of [...fields, ...foreignKeys].map((field) => field.name).concat([...reverses.keys()])) {
    if (name in model.prototype && !inherited.has(name))
      invalid(`has a field ${JSON.stringify(name)}, which would hide its method of that name`);
  }
}

/** Refuses a `meta` that names what is not there. */
export function checkMeta(
  { meta, fields, foreignKeys, reverses, parent }: Omit<SchemaParts, "schemaOf">,
  invalid: Invalid,
): void {
  const known = [...fields, ...foreignKeys].map((field) => field.name);
  checkPlaces(meta, foreignKeys, invalid);
  for (const name of meta.naturalKey ?? []) {
    if (!known.includes(name)) {
      invalid(`has ${JSON.stringify(name)} in its natural key, which is no field.${suggestion(name, known)}`);
    }
  }
  for (const key of meta.ordering ?? []) {
    const [name = ""] = key.replace(/^-/, "").split("__");
    if (name !== "pk" && name !== "?" && !known.includes(name) && !reverses.has(name)) {
      invalid(`is ordered by ${JSON.stringify(key)}, which is no field.${suggestion(name, known)}`);
    }
  }
  const withColumn = fields.filter(({ name }) => !(parent?.fieldsByName.has(name) === true)).map(({ name }) => name);
  for (const definition of [...(meta.indexes ?? []), ...(meta.constraints ?? [])]) {
    if (isOverNothing(definition)) {
      const example = `${definition.kind}("name")`;
      invalid(`has ${wordFor(definition)} over nothing: name its fields, as in ${example}, or give it expressions`);
    }
    for (const key of definition.fields) {
      const name = key.replace(/^-/, "");
      if (name !== "pk" && !withColumn.includes(name)) {
        invalid(
          `has ${wordFor(definition)} over ${JSON.stringify(key)}, which is no field.${suggestion(name, withColumn)}`,
        );
      }
    }
    if (definition.name !== undefined && !fitsAsName(definition.name)) {
      invalid(
        `has ${wordFor(definition)} with a name that not every database takes: ${JSON.stringify(definition.name)}`,
      );
    }
  }
}

function checkPlaces(
  { orderWithRespectTo: owner, ordering = [] }: SchemaParts["meta"],
  foreignKeys: SchemaParts["foreignKeys"],
  invalid: Invalid,
): void {
  if (owner === undefined) return;
  const known = foreignKeys.map(({ name }) => name);
  if (!known.includes(owner)) {
    invalid(`is ordered with respect to ${JSON.stringify(owner)}, which is no foreign key.${suggestion(owner, known)}`);
  }
  if (ordering.join() !== PlaceField.fieldName) invalid("has both ordering and orderWithRespectTo");
}

function isOverNothing(definition: IndexDefinition | ConstraintDefinition): boolean {
  if (definition.kind !== "index" && definition.kind !== "unique") return false;
  return definition.fields.length === 0 && (definition.options?.expressions ?? []).length === 0;
}

function wordFor({ kind }: { readonly kind: string }): string {
  return kind === "index" ? "an index" : `a ${kind} rule`;
}
