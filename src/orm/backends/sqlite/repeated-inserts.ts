import type { Repetition, Statement } from "../../compiler/statement.js";
import { readInteger } from "../read-integer.js";
import type { SqliteConnection, SqlitePrepared } from "./sqlite-driver.js";

type Prepare = (sql: string, hasRows: boolean) => SqlitePrepared;

/**
 * Inserts of many rows on one connection, all of them or none. Several rows to a statement take less than half of the
 * time of one each: most of what a statement costs is being run.
 */
export class RepeatedInserts {
  readonly #connection: SqliteConnection;
  readonly #prepared: Prepare;
  /** Which tables give keys that follow each other, as the database was at `#version`. */
  readonly #counting = new Map<string, boolean>();
  #version: unknown;

  /** `prepared` gives statements of `connection`, which are kept. */
  constructor(connection: SqliteConnection, prepared: Prepare) {
    this.#connection = connection;
    this.#prepared = prepared;
  }

  /** Gives the keys of the new rows, where the table counts them. Throws what the driver does. */
  run(
    { sql, parameters: { length: width } }: Statement,
    { rowCount, wide, counting }: Repetition,
    values: readonly unknown[],
  ): (number | bigint)[] | undefined {
    const keys: (number | bigint)[] | undefined = counting === undefined ? undefined : [];
    this.#connection.exec("SAVEPOINT many");
    try {
      let left = rowCount;
      let at = 0;
      if (counting === undefined || this.#isInOrder(counting)) {
        for (const { rows, sql: text } of wide) {
          for (; left >= rows; left -= rows) {
            // Spread, as the driver takes arguments a fifth faster than an array with them.
            const inserted = this.#prepared(text, false).run(...values.slice(at, (at += rows * width)));
            // Beyond 2^53 one more would be the same number; all is undone.
            const last = keys === undefined ? 0 : Number(readInteger(inserted.lastInsertRowid));
            for (let before = rows - 1; before >= 0; before--) keys?.push(last - before);
          }
        }
      }
      for (; left > 0; left--) {
        const inserted = this.#prepared(sql, false).run(...values.slice(at, (at += width)));
        keys?.push(Number(readInteger(inserted.lastInsertRowid)));
      }
      this.#connection.exec("RELEASE many");
      return keys;
    } catch (thrown) {
      this.#undo();
      throw thrown;
    }
  }

  #undo(): void {
    try {
      this.#connection.exec("ROLLBACK TO many");
      this.#connection.exec("RELEASE many");
    } catch {
      // SQLite has rolled back by itself: the disk is full.
    }
  }

  /**
   * Whether the keys of rows that one statement inserts into `table` follow each other: not where a trigger may write
   * rows in between, nor where keys are not counted (AUTOINCREMENT) but looked for.
   */
  #isInOrder(table: string): boolean {
    const [[version] = []] = this.#ask("PRAGMA schema_version");
    if (version !== this.#version) this.#counting.clear();
    this.#version = version;
    // Other connections do not see those, and the version does not tell of them.
    if (this.#ask("SELECT 1 FROM sqlite_temp_master WHERE type = 'trigger' LIMIT 1").length > 0) return false;
    const known = this.#counting.get(table);
    if (known !== undefined) return known;
    const texts = this.#ask("SELECT type, sql FROM sqlite_master WHERE tbl_name = ? COLLATE NOCASE", table);
    const isCounted = texts.some(([type, text]) => type === "table" && /\bAUTOINCREMENT\b/i.test(String(text)));
    const isInOrder = isCounted && !texts.some(([type]) => type === "trigger");
    this.#counting.set(table, isInOrder);
    return isInOrder;
  }

  #ask(sql: string, ...parameters: readonly string[]): unknown[][] {
    return this.#prepared(sql, true).all(parameters);
  }
}
