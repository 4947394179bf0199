/** A prepared statement. Rows are arrays. */
export interface SqlitePrepared {
  /** Whether `all` can be called. */
  givesRows: boolean;
  all(parameters: readonly unknown[]): unknown[][];
  /** The rows one by one. The connection can do nothing else until the loop has ended. */
  iterate(parameters: readonly unknown[]): Iterable<unknown[]>;
  /** The names of the columns of its rows. */
  columnNames(): readonly string[];
  run(...parameters: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

/** An open SQLite database: all that the backend asks of a driver. */
export interface SqliteConnection {
  /**
   * `withRows`: whether the statement gives rows, so that `all` will be called. `withBigInts`: whether integers in them
   * are to be bigints.
   */
  prepare(sql: string, withRows: boolean, withBigInts: boolean): SqlitePrepared;
  /** Runs SQL without parameters and without rows. */
  exec(sql: string): void;
  close(): void;
}

/** A library that opens SQLite databases in this process. */
export interface SqliteDriver {
  /** The package and its version, and SQLite's. */
  readonly description: string;
  open(path: string): SqliteConnection;
}
