import type { Dialect } from "../compiler/dialect.js";
import { Expression } from "../expressions/expression.js";
import { GeneratedField } from "../fields/data/generated-field.js";
import type { Field } from "../fields/field.js";
import type { IndexDefinition } from "../definitions.js";
import { expressionText } from "./definition-text.js";
import { databaseAction } from "../schema/on-delete.js";
import { shortName } from "../schema/naming.js";
import type { ForeignKey, Schema } from "../schema/schema.js";

/** A column as `CREATE TABLE` takes it. */
export function columnDefinition(schema: Schema, field: Field, dialect: Dialect): string {
  const type = field.columnType;
  const parts = [dialect.quote(field.column), dialect.typeName(type)];
  // The name of a serial type says the rest.
  if (type.kind === "serial") return parts.join(" ");
  if (field instanceof GeneratedField) {
    const kept = field.isStored ? "STORED" : "VIRTUAL";
    parts.push(`GENERATED ALWAYS AS (${expressionText(schema, field.expression, dialect)}) ${kept}`);
  }
  const given = defaultSql(schema, field, dialect);
  if (given !== undefined) parts.push(`DEFAULT ${given}`);
  if (!field.isNullable) parts.push("NOT NULL");
  if (field.isPrimaryKey) parts.push("PRIMARY KEY");
  return parts.join(" ");
}

/** The SQL of the default that the database has for a column, or `undefined`. */
export function defaultSql(schema: Schema, field: Field, dialect: Dialect): string | undefined {
  const { dbDefault: given } = field.options;
  if (given === undefined) return undefined;
  if (given instanceof Expression) return `(${expressionText(schema, given.node, dialect)})`;
  const value = field.clean(given);
  const convert = dialect.toDatabase(field.columnType);
  return dialect.literal(value === null || convert === undefined ? value : convert(value));
}

/** The name of a foreign key's constraint. */
export function foreignKeyName(schema: Schema, field: ForeignKey): string {
  return shortName(schema.table, columnsOf(field), "fk");
}

/** The columns that hold the key of a foreign key: its own, or those of its parts. */
export function columnsOf(field: Field): readonly string[] {
  const { column, columnType } = field;
  return columnType.kind === "row" ? columnType.parts.map((part) => part.column) : [column];
}

/**
 * A foreign key as a constraint of its table, after its name. What happens when the row is deleted is the ORM's work,
 * so that it can tell who was deleted; the constraint catches what goes around the ORM. It can be deferred for a
 * transaction that must break it for a moment.
 */
export function foreignKeyClause(field: ForeignKey, { quote }: Dialect): string {
  const { target } = field;
  const names = (of: Field): string => columnsOf(of).map(quote).join(", ");
  return (
    `FOREIGN KEY (${names(field)}) ` +
    `REFERENCES ${quote(target.table)} (${names(field.targetField)})${databaseAction(field.onDelete)} DEFERRABLE INITIALLY IMMEDIATE`
  );
}

/** Every index that a model asks for: of its fields, and of its meta. */
export function indexesOf(schema: Schema): IndexDefinition[] {
  const single = schema.tableFields
    .filter((field) => field.options.dbIndex === true && !field.isUnique)
    .map((field) => ({ kind: "index", fields: [field.name], name: undefined }) as const);
  const parted = schema.partedReferences
    .filter((field) => field.options.dbIndex === true)
    .map(({ parts }) => ({ kind: "index", fields: parts.map(({ name }) => name), name: undefined }) as const);
  return [...single, ...parted, ...(schema.meta.indexes ?? [])] as IndexDefinition[];
}
