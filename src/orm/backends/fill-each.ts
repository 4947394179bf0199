import type { Dialect } from "../compiler/dialect.js";
import type { SchemaEditor } from "./schema-editor.js";
import type { ColumnShape } from "./table-shape.js";

/** How many rows are read before their values are written. */
const batchSize = 1000;

/** Gives each row that has NULL in a column a value of its own, which `make` makes. */
export async function fillEach(
  editor: Pick<SchemaEditor, "ask" | "run">,
  options: {
    readonly table: string;
    readonly column: ColumnShape;
    /** What tells one row from another. */
    readonly rowKey: string;
    readonly dialect: Dialect;
    readonly make: () => unknown;
  },
): Promise<void> {
  const { table, column, rowKey, dialect, make } = options;
  const { quote, placeholder } = dialect;
  const convert = dialect.toDatabase(column.columnType);
  for (;;) {
    const rows = await editor.ask(
      `SELECT ${rowKey} FROM ${quote(table)} WHERE ${quote(column.name)} IS NULL LIMIT ${batchSize}`,
    );
    for (const [key] of rows) {
      const value = make();
      // A row without a value would be read again and again; the column's NOT NULL tells what is wrong.
      if (value === null || value === undefined) return;
      await editor.run(
        `UPDATE ${quote(table)} SET ${quote(column.name)} = ${placeholder(1)} WHERE ${rowKey} = ${placeholder(2)}`,
        [convert === undefined ? value : convert(value), key],
      );
    }
    if (rows.length < batchSize) return;
  }
}
