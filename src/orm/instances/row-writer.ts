import type { Dialect } from "../compiler/dialect.js";
import type { SlotNode, SqlNode } from "../compiler/nodes.js";
import { SqlWriter } from "../compiler/sql-writer.js";
import { bind } from "../compiler/statement.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import type { ColumnType } from "../fields/column-type.js";
import type { Field } from "../fields/field.js";
import { resolveCondition, resolveExpression } from "../query/resolve.js";
import { rootShapeOf } from "../query/root-shape.js";
import { rowOf } from "../query/row-of.js";
import { WhereBuilder } from "../query/where-builder.js";
import type { Schema } from "../schema/schema.js";

/**
 * Writes SQL about a row that is not in its table: where a column would stand, there is a parameter with the value that
 * the row has for it.
 */
export class RowWriter extends SqlWriter {
  readonly #schema: Schema;
  /** What the slots stand for: first the values of the row, then those of each expression. */
  readonly #values: unknown[] = [];
  readonly #slots = new Map<string, SlotNode>();

  constructor(schema: Schema, dialect: Dialect, row: ReadonlyMap<Field, unknown>) {
    super(dialect);
    this.#schema = schema;
    for (const [{ column, columnType }, value] of row) this.#slots.set(column, this.#slot(value, columnType));
  }

  override write(node: SqlNode): string {
    if (node.kind !== "column") return super.write(node);
    const slot = this.#slots.get(node.column);
    if (slot === undefined) throw new ValueUnknown();
    return this.dialect.value(slot.index, slot.type, this);
  }

  /** A condition on the row; `undefined` where it needs values that only the database has. */
  condition(given: ConditionNode): string | undefined {
    const { condition } = resolveCondition(given, rootShapeOf(this.#schema), this.#values);
    return this.#ifKnown(new WhereBuilder(rowOf(this.#schema)).build(condition, false));
  }

  /** What an expression is for the row; `undefined` as above. */
  expression(given: ExpressionNode): string | undefined {
    const resolved = resolveExpression(given, rootShapeOf(this.#schema), this.#values);
    return this.#ifKnown(resolved.build(rowOf(this.#schema)));
  }

  /** A value to compare a column of `type` with. */
  given(value: unknown, type: ColumnType): string {
    return this.parameter(this.#slot(value, type));
  }

  /** The values of all parameters that were written, in their order. */
  bound(): readonly unknown[] {
    return bind(this, this.#values);
  }

  #slot(value: unknown, type: ColumnType): SlotNode {
    return { kind: "slot", index: this.#values.push(value) - 1, type };
  }

  #ifKnown(node: SqlNode): string | undefined {
    try {
      return this.write(node);
    } catch (thrown) {
      if (thrown instanceof ValueUnknown) return undefined;
      throw thrown;
    }
  }
}

/** Ends the writing of SQL over a column whose value is not known yet. */
class ValueUnknown extends Error {}
