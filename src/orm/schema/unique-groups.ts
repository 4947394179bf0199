import type { ConstraintDefinition, IndexDefinition, UniqueDefinition, UniqueOptions } from "../definitions.js";
import type { Field } from "../fields/field.js";
import { shortName } from "./naming.js";
import type { Schema } from "./schema.js";

/** Fields whose values no two rows of a table share. */
export interface UniqueGroup {
  /** The name of the constraint in the database; `undefined` for the primary key, which the database names. */
  readonly name: string | undefined;
  readonly fields: readonly Field[];
  /** The rule of the model's meta that it comes from. */
  readonly definition?: UniqueDefinition;
}

/** The name of the constraint of a composite primary key. */
export function compositeKeyName(schema: Schema): string {
  return shortName(
    schema.table,
    schema.keyFields.map((field) => field.column),
    "pk",
  );
}

/** Every rule of uniqueness that a model has: its primary key, its unique fields, and those of its meta. */
export function uniqueGroupsOf(schema: Schema): UniqueGroup[] {
  const group = (fields: readonly Field[], name: string | undefined): UniqueGroup => {
    const columns = fields.map((field) => field.column);
    return { fields, name: name ?? shortName(schema.table, columns, "uniq") };
  };
  const single = schema.tableFields.filter((field) => field.isUnique && !field.isPrimaryKey);
  const parted = schema.partedReferences.filter((field) => field.isUnique);
  return [
    { fields: schema.keyFields, name: undefined },
    ...single.map((field) => group([field], undefined)),
    ...parted.map(({ parts }) => group(parts, undefined)),
    ...(schema.meta.constraints ?? []).flatMap((definition) =>
      definition.kind === "unique" ? ruleOf(schema, definition) : [],
    ),
  ];
}

function ruleOf(schema: Schema, definition: UniqueDefinition): UniqueGroup {
  const fields = definition.fields.map((name) => schema.field(name));
  return { fields, name: nameOfDefinition(schema, definition, "uniq"), definition };
}

/** The name of a definition with options: its own, or one made of all that it says. */
export function nameOfDefinition(
  schema: Schema,
  { fields, options, name }: Pick<IndexDefinition | ConstraintDefinition, "fields" | "options" | "name">,
  suffix: string,
): string {
  if (name !== undefined) return name;
  const columns = fields.map(
    (key) => schema.field(key.replace(/^-/, "")).column + (key.startsWith("-") ? "_desc" : ""),
  );
  if (options === undefined) return shortName(schema.table, columns, suffix);
  const { violationCode: _code, violationMessage: _message, ...telling } = options as UniqueOptions;
  return shortName(
    schema.table,
    columns,
    suffix,
    JSON.stringify(telling, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)),
  );
}
