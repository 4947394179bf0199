import type { Dialect } from "../compiler/dialect.js";
import type { ColumnType } from "../fields/column-type.js";
import { nameWithTail, shortName } from "../schema/naming.js";
import { GeneratedField } from "../fields/data/generated-field.js";
import type { Schema } from "../schema/schema.js";
import { compositeKeyName, nameOfDefinition, uniqueGroupsOf } from "../schema/unique-groups.js";
import { checkBody, excludeBody, indexBody, isUniqueIndex, uniqueBody } from "./definition-bodies.js";
import { columnDefinition, columnsOf, defaultSql, foreignKeyClause, foreignKeyName, indexesOf } from "./definitions.js";

/** A column of a table, as the database is told of it. */
export interface ColumnShape {
  readonly name: string;
  /** What its values are, for converting those that are written into it. */
  readonly columnType: ColumnType;
  /** The type's name; of a column that the database counts up, the type of its numbers. */
  readonly type: string;
  readonly isSerial: boolean;
  readonly isNullable: boolean;
  readonly isPrimaryKey: boolean;
  /** Whether the database computes it from other columns, so that nobody writes it. */
  readonly isComputed: boolean;
  /** Of one that it computes whenever it is read: the field, for people. */
  readonly virtualField?: string;
  /** The SQL of its default, where the database has one. */
  readonly defaultSql: string | undefined;
  /** A value as the field takes it; throws for one that does not fit. */
  readonly toValue: (value: unknown) => unknown;
  /** All that `CREATE TABLE` is told, the name included. */
  readonly definition: string;
  /** What is said of it to those who look at it in the database, where that keeps such. */
  readonly comment?: string;
}

/** A constraint with a name of its own. A primary key is one where it is composite, else it is said with its column. */
export interface ConstraintShape {
  readonly kind: "primaryKey" | "unique" | "foreignKey" | "check" | "exclude";
  readonly name: string;
  /** What follows the name: `UNIQUE ("slug")`. Two constraints with equal text are the same rule. */
  readonly body: string;
  /** The columns that it is about. */
  readonly columns: readonly string[];
  /** The table that a foreign key leads to. */
  readonly target?: string;
}

/** An index that is no constraint. */
export interface IndexShape {
  readonly name: string;
  readonly isUnique: boolean;
  /** What follows the table's name: `("room_id", "id" DESC)`. */
  readonly body: string;
}

/** A table as one database is told of it, with the names that all of its parts have there. */
export interface TableShape {
  readonly name: string;
  /** What is said of it to those who look at it in the database, where that keeps such. */
  readonly comment?: string;
  readonly columns: readonly ColumnShape[];
  readonly constraints: readonly ConstraintShape[];
  readonly indexes: readonly IndexShape[];
}

/** The table of a model, in the words of `dialect`. */
export function tableShape(schema: Schema, dialect: Dialect): TableShape {
  return {
    name: schema.table,
    ...commentOf(schema.concrete.meta.dbTableComment, dialect),
    columns: schema.tableFields.map((field) => {
      const { columnType } = field;
      const isSerial = columnType.kind === "serial";
      return {
        name: field.column,
        columnType,
        type: dialect.typeName(isSerial ? { ...columnType, kind: "integer" } : columnType),
        isSerial,
        isNullable: field.isNullable && !field.isPrimaryKey,
        isPrimaryKey: field.isPrimaryKey,
        isComputed: field.isComputed,
        ...(field instanceof GeneratedField && !field.isStored && { virtualField: `${schema.label}.${field.name}` }),
        defaultSql: defaultSql(schema, field, dialect),
        toValue: (value) => field.toValue(value),
        definition: columnDefinition(schema, field, dialect),
        ...commentOf(field.options.dbComment, dialect),
      };
    }),
    constraints: [
      ...compositeKeys(schema, dialect),
      ...uniqueConstraints(schema, dialect),
      ...columnChecks(schema, dialect),
      ...rules(schema, dialect),
      ...foreignKeys(schema, dialect),
    ],
    indexes: [...plainIndexes(schema, dialect), ...uniqueIndexes(schema, dialect)],
  };
}

/** An empty comment is none, to the database as well. */
function commentOf(comment: string | undefined, { hasComments }: Dialect): { readonly comment?: string } {
  return hasComments && comment !== undefined && comment !== "" ? { comment } : {};
}

function compositeKeys(schema: Schema, { quote }: Dialect): ConstraintShape[] {
  if (schema.keyFields.length === 1) return [];
  const columns = schema.keyFields.map((field) => field.column);
  const name = compositeKeyName(schema);
  return [{ kind: "primaryKey", name, body: `PRIMARY KEY (${columns.map(quote).join(", ")})`, columns }];
}

function plainIndexes(schema: Schema, dialect: Dialect): IndexShape[] {
  return indexesOf(schema).map((definition) => ({
    name: nameOfDefinition(schema, definition, "idx"),
    isUnique: false,
    body: indexBody(schema, definition, dialect),
  }));
}

function uniqueIndexes(schema: Schema, dialect: Dialect): IndexShape[] {
  return uniqueGroupsOf(schema).flatMap((group) => {
    const { name, definition } = group;
    if (name === undefined || definition === undefined || !isUniqueIndex(group, dialect)) return [];
    return { name, isUnique: true, body: indexBody(schema, definition, dialect) };
  });
}

function uniqueConstraints(schema: Schema, dialect: Dialect): ConstraintShape[] {
  return uniqueGroupsOf(schema).flatMap((group) => {
    const { name, fields } = group;
    // The primary key is said with its column.
    if (name === undefined || isUniqueIndex(group, dialect)) return [];
    const columns = fields.map((field) => field.column);
    return { kind: "unique", name, body: uniqueBody(schema, group, dialect), columns };
  });
}

/** What each row must meet, and any two rows. */
function rules(schema: Schema, dialect: Dialect): ConstraintShape[] {
  return (schema.meta.constraints ?? []).flatMap((definition): ConstraintShape[] => {
    const { kind } = definition;
    const columns: readonly string[] = [];
    if (kind === "check") {
      const name = nameOfDefinition(schema, definition, "check");
      return [{ kind, name, body: checkBody(schema, definition, dialect), columns }];
    }
    // SQLite has none: there it is left to those who write to PostgreSQL in the end.
    if (kind !== "exclude" || !dialect.hasIndexMethods) return [];
    const name = nameOfDefinition(schema, definition, "excl");
    return [{ kind, name, body: excludeBody(schema, definition, dialect), columns }];
  });
}

/** The rules about single columns that the database checks: numbers that must not be negative. */
function columnChecks(schema: Schema, { quote }: Dialect): ConstraintShape[] {
  return schema.tableFields.flatMap(({ column, databaseMinimum: minimum }) => {
    if (minimum === undefined) return [];
    const name = shortName(schema.table, [column], "check");
    return { kind: "check", name, body: `CHECK (${quote(column)} >= ${minimum})`, columns: [column] };
  });
}

function foreignKeys(schema: Schema, dialect: Dialect): ConstraintShape[] {
  return schema.foreignKeys
    .filter((field) => field.hasConstraint)
    .map((field) => ({
      kind: "foreignKey",
      name: foreignKeyName(schema, field),
      body: foreignKeyClause(field, dialect),
      columns: columnsOf(field),
      target: field.target.table,
    }));
}

/** A constraint as `CREATE TABLE` and `ADD` take it. */
export function constraintClause({ name, body }: ConstraintShape, { quote }: Dialect): string {
  return `CONSTRAINT ${quote(name)} ${body}`;
}

/** The statement that makes `index` of a table. */
export function createIndexStatement(
  table: string,
  { name, isUnique, body }: IndexShape,
  { quote }: Dialect,
  { ifNotExists = false }: { readonly ifNotExists?: boolean } = {},
): string {
  return `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${ifNotExists ? "IF NOT EXISTS " : ""}${quote(name)} ON ${quote(table)} ${body}`;
}

/** The name that PostgreSQL gives to the primary key of a table. */
export function primaryKeyName(table: string): string {
  return nameWithTail(table, "_pkey");
}

/** A name beside `table` that no table of a model has, for the time that a table is made anew. */
export function temporaryName(table: string): string {
  return shortName(table, [], "new");
}
