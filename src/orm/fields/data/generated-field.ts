import type { Expression } from "../../expressions/expression.js";
import type { ExpressionNode } from "../../expressions/nodes.js";
import type { KindName } from "../../typing/kinds.js";
import type { ColumnType } from "../column-type.js";
import type { FieldDescription } from "../description.js";
import { Field, type FieldOptions } from "../field.js";

/** Options of `f.generated`. */
export interface GeneratedOptions extends Pick<
  FieldOptions<unknown>,
  "null" | "unique" | "dbIndex" | "dbColumn" | "dbComment" | "verboseName" | "helpText"
> {
  /** Whether the database keeps the value; otherwise it computes it at each reading (not in PostgreSQL before 18). Default true. */
  readonly stored?: boolean;
}

/** A column that the database computes from others of the same row. Nobody can write it; it is read after each save. */
export class GeneratedField<Value = unknown> extends Field<Value> {
  readonly typeName = "generated";
  readonly lookupKind: KindName;
  /** The field that the values fit. */
  readonly output: Field<Value>;
  /** What the database computes. */
  readonly expression: ExpressionNode;
  readonly isStored: boolean;

  constructor(expression: Expression | ExpressionNode, output: Field<Value>, options: GeneratedOptions = {}) {
    super({ editable: false, ...(options as FieldOptions<Value>) });
    this.expression = "node" in expression ? expression.node : expression;
    this.output = output;
    this.lookupKind = output.lookupKind;
    this.isStored = options.stored !== false;
  }

  override get columnType(): ColumnType {
    return this.output.columnType;
  }

  override get isComputed(): boolean {
    return true;
  }

  override describe(): FieldDescription {
    const { type, options } = super.describe();
    return {
      type,
      options: { ...options, expression: this.expression, output: this.output.describe(), stored: this.isStored },
    };
  }

  override toValue(value: unknown): Value {
    return this.output.toValue(value);
  }

  override toComparable(value: unknown): unknown {
    return this.output.toComparable(value);
  }
}
