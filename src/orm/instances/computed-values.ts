import type { Dialect } from "../compiler/dialect.js";
import type { SqlNode, StatementNode } from "../compiler/nodes.js";
import { givesBigInts, SqlWriter } from "../compiler/sql-writer.js";
import { bind, type Statement } from "../compiler/statement.js";
import type { Database } from "../database/database.js";
import { QueryInvalid } from "../errors.js";
import { nodeOf } from "../expressions/arguments.js";
import { Condition } from "../expressions/condition.js";
import { Expression } from "../expressions/expression.js";
import type { ExpressionNode, ValueExpression } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import { resolveExpression } from "../query/resolve.js";
import type { Resolved } from "../query/resolved.js";
import { rootShapeOf } from "../query/root-shape.js";
import { rowOf } from "../query/row-of.js";
import type { Schema } from "../schema/schema.js";

/** A field whose value the database computes from what the program wrote instead of a value. */
export interface ComputedValue {
  readonly field: Field;
  readonly node: ExpressionNode;
}

/** The expression that `value` stands for; `undefined` where it is a plain value, also as `Value(…)` without a type. */
export function expressionIn(value: unknown): ExpressionNode | undefined {
  if (value instanceof Expression) return isPlain(value.node) ? undefined : value.node;
  // Whether it holds, as in an annotation.
  return value instanceof Condition ? nodeOf(value) : undefined;
}

/** Whether `value` is one that says what to write by an expression. */
export function isComputing(value: unknown): boolean {
  // Most values are no objects, and all that are written come by here.
  return typeof value === "object" && (value instanceof Expression || value instanceof Condition);
}

/** The value in a `Value(…)` without a type, which is then that of the field; all else as it is. */
export function plainIn(value: unknown): unknown {
  return value instanceof Expression && isPlain(value.node) ? value.node.value : value;
}

function isPlain(node: ExpressionNode): node is ValueExpression {
  return node.kind === "value" && node.output === undefined;
}

/** Those of `fields` for which `held` has no value but an expression. */
export function computedValuesOf(fields: readonly Field[], held: readonly unknown[]): readonly ComputedValue[] {
  return fields.flatMap((field, at) => {
    const node = expressionIn(held[at]);
    return node === undefined ? [] : [{ field, node }];
  });
}

/** A value of a new row of `schema` as SQL. Its values are added to `values`. Throws `QueryInvalid`. */
export function writtenIntoNew(schema: Schema, { field, node }: ComputedValue, values: unknown[]): SqlNode {
  const place = rowOf(schema);
  const expression = resolveExpression(node, rootShapeOf(schema), values);
  if (expression.isAggregate) refuse(schema);
  const written = expression.build(place);
  if (place.root.hasJoins) refuse(schema);
  return asColumn(field, written, expression);
}

/**
 * The values that are held for `fields`, in which those that are expressions were computed by the database, in a query of
 * their own: for what has to be known before the row is written. Throws `QueryInvalid`.
 */
export async function computedFirst(
  database: Database,
  schema: Schema,
  fields: readonly Field[],
  held: readonly unknown[],
): Promise<readonly unknown[]> {
  const values = held.map(plainIn);
  const computed = computedValuesOf(fields, values);
  if (computed.length === 0) return values;
  const { dialect } = database.backend;
  const slots: unknown[] = [];
  const writer = new NewRowWriter(schema, dialect);
  const text = writer.list(computed.map((one) => writtenIntoNew(schema, one, slots)));
  const statement = { sql: `SELECT ${text}`, parameters: writer.parameters, access: "write", hasRows: true } as const;
  const { rows } = await database.execute({ ...statement, hasBigInts: true, isOnce: true }, bind(writer, slots));
  for (const [at, { field }] of computed.entries()) {
    values[fields.indexOf(field)] = readColumn(field, rows[0]?.[at] ?? null, dialect);
  }
  return values;
}

/** The value of a column as an instance has it, from what the driver gave. */
export function readColumn(field: Field, given: unknown, dialect: Dialect): unknown {
  const read = dialect.fromDatabase(field.columnType);
  return read === undefined || given === null ? given : read(given);
}

/** Writes an insert with values of `writtenIntoNew`, which no column of a row may stand in. Throws `QueryInvalid`. */
export function writeComputing(schema: Schema, node: StatementNode, dialect: Dialect): Omit<Statement, "hasRows"> {
  const writer = new NewRowWriter(schema, dialect);
  const sql = writer.statement(node);
  return { sql, parameters: writer.parameters, access: "write", isOnce: true, hasBigInts: givesBigInts(node) };
}

class NewRowWriter extends SqlWriter {
  readonly #schema: Schema;

  constructor(schema: Schema, dialect: Dialect) {
    super(dialect);
    this.#schema = schema;
  }

  override write(node: SqlNode): string {
    // Only the row that a definition is about has no alias.
    return node.kind === "column" && node.alias === "" ? refuse(this.#schema) : super.write(node);
  }
}

function refuse({ name }: Schema): never {
  throw new QueryInvalid({
    model: name,
    problem:
      "cannot compute a value of a new row from fields: there is no row yet. " +
      "Use values and functions of them, or Subquery and Exists for other rows",
  });
}

/** A decimal has the places of its column, where the database would keep others. */
export function asColumn({ columnType: to }: Field, item: SqlNode, { output }: Resolved): SqlNode {
  const isCut = to.kind === "decimal" && to.decimalPlaces !== undefined && item.kind !== "column";
  return isCut ? Object.freeze({ kind: "cast", item, from: output.type, to }) : item;
}
