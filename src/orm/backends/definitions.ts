import type { Dialect } from "../compiler/dialect.js";
import type { Field } from "../fields/field.js";
import type { IndexDefinition, UniqueDefinition } from "../meta.js";
import { shortName } from "../schema/naming.js";
import { uniqueGroupsOf } from "../schema/unique-groups.js";
import type { ForeignKey, Schema } from "../schema/schema.js";

/** A column as `CREATE TABLE` takes it. */
export function columnDefinition(field: Field, dialect: Dialect): string {
  const type = field.columnType;
  const parts = [dialect.quote(field.column), dialect.typeName(type)];
  // The name of a serial type says the rest.
  if (type.kind === "serial") return parts.join(" ");
  if (!field.isNullable) parts.push("NOT NULL");
  if (field.isPrimaryKey) parts.push("PRIMARY KEY");
  return parts.join(" ");
}

/** The unique columns and groups of columns, as constraints whose names are the same on each machine. */
export function tableConstraints(schema: Schema, dialect: Dialect): string[] {
  return uniqueGroupsOf(schema).flatMap(({ name, fields }) => {
    // The primary key is said with its column.
    if (name === undefined) return [];
    const columns = fields.map((field) => dialect.quote(field.column));
    return `CONSTRAINT ${dialect.quote(name)} UNIQUE (${columns.join(", ")})`;
  });
}

/** The name of a foreign key's constraint. */
export function foreignKeyName(schema: Schema, field: ForeignKey): string {
  return shortName(schema.table, [field.column], "fk");
}

/**
 * A foreign key as a constraint of its table. What happens when the row is deleted is the ORM's work, so that it can
 * tell who was deleted; the constraint catches what goes around the ORM. It can be deferred for a transaction that
 * must break it for a moment.
 */
export function foreignKeyClause(schema: Schema, field: ForeignKey, dialect: Dialect): string {
  const { quote } = dialect;
  const { target } = field;
  return (
    `CONSTRAINT ${quote(foreignKeyName(schema, field))} FOREIGN KEY (${quote(field.column)}) ` +
    `REFERENCES ${quote(target.table)} (${quote(target.primaryKey.column)}) DEFERRABLE INITIALLY IMMEDIATE`
  );
}

/** Every index that a model asks for: of its fields, and of its meta. */
export function indexesOf(schema: Schema): IndexDefinition[] {
  const single = schema.fields
    .filter((field) => field.options.dbIndex === true && !field.isUnique)
    .map((field) => ({ kind: "index", fields: [field.name], name: undefined }) as const);
  return [...single, ...(schema.meta.indexes ?? [])] as IndexDefinition[];
}

/** `CREATE INDEX` for `definition`, unless there is one of that name. */
export function indexStatement(
  schema: Schema,
  definition: Pick<IndexDefinition | UniqueDefinition, "kind" | "fields" | "name">,
  dialect: Dialect,
): string {
  const { quote } = dialect;
  const columns = definition.fields.map((key) => ({
    column: schema.field(key.replace(/^-/, "")).column,
    isDescending: key.startsWith("-"),
  }));
  const names = columns.map(({ column, isDescending }) => (isDescending ? `${column}_desc` : column));
  const name = definition.name ?? shortName(schema.table, names, "idx");
  const list = columns.map(({ column, isDescending }) => `${quote(column)}${isDescending ? " DESC" : ""}`);
  const word = definition.kind === "unique" ? "CREATE UNIQUE INDEX" : "CREATE INDEX";
  return `${word} IF NOT EXISTS ${quote(name)} ON ${quote(schema.table)} (${list.join(", ")})`;
}
