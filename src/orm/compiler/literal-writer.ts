import type { Converter, Dialect } from "./dialect.js";
import type { SlotNode, SqlNode } from "./nodes.js";
import { SqlWriter } from "./sql-writer.js";

/**
 * Writes SQL in which values stand as constants: for the definitions of tables, which take no parameters. Values come
 * from the program's source, never from a request; each is written by the dialect, which no text can break out of.
 */
export class LiteralWriter extends SqlWriter {
  readonly #values: readonly unknown[];

  constructor(dialect: Dialect, values: readonly unknown[]) {
    super(dialect);
    this.#values = values;
  }

  override write(node: SqlNode): string {
    // Each dialect has its own way with a parameter for a list; here there is none, and subqueries are not allowed.
    if (node.kind !== "inSlot") return super.write(node);
    const { type, index } = node.list;
    const items = this.#values[index] as readonly unknown[];
    const convert = this.dialect.toDatabase(type);
    return `${this.write(node.left)} IN (${items.map((item) => this.#literal(item, convert)).join(", ")})`;
  }

  override parameter({ index, type }: SlotNode, convert: Converter = this.dialect.toDatabase(type)): string {
    return this.#literal(this.#values[index], convert);
  }

  #literal(value: unknown, convert: Converter): string {
    return this.dialect.literal(value === null || convert === undefined ? value : convert(value));
  }
}

/** `node` in SQL of `dialect`, with `values` in its slots as constants. */
export function writeLiterally(node: SqlNode, values: readonly unknown[], dialect: Dialect): string {
  return new LiteralWriter(dialect, values).write(node);
}
