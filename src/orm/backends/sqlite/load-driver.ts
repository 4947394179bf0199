import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { toError } from "../../../core/index.js";
import { DriverUnavailable } from "../../errors.js";
import { userAggregates, userFunctions } from "./sqlite-user-functions.js";
import type { SqliteConnection, SqliteDriver, SqlitePrepared } from "./sqlite-driver.js";

/** The part of better-sqlite3's interface that it shares with libsql. */
interface NativeDatabase {
  prepare(sql: string): NativeStatement;
  exec(sql: string): unknown;
  function?(name: string, options: { deterministic: boolean; varargs: boolean }, body: unknown): unknown;
  aggregate?(name: string, options: AggregateOptions): unknown;
  close(): unknown;
}

interface AggregateOptions {
  readonly start: null;
  readonly deterministic: boolean;
  readonly safeIntegers: boolean;
  readonly step: (total: bigint | null, next: bigint | null) => bigint | null;
}

interface NativeStatement {
  /** Whether it gives rows, where the driver tells. */
  readonly reader?: boolean;
  raw(isRaw: boolean): NativeStatement;
  safeIntegers(isSafe: boolean): NativeStatement;
  all(parameters: readonly unknown[]): unknown[][];
  iterate(parameters: readonly unknown[]): Iterable<unknown[]>;
  columns(): readonly { readonly name: string }[];
  run(...parameters: readonly unknown[]): { changes: number; lastInsertRowid: number | bigint };
}

type NativeConstructor = new (path: string) => NativeDatabase;

/** The packages that can be used, the fastest first. */
export type SqliteDriverName = "better-sqlite3" | "libsql";

const drivers: readonly SqliteDriverName[] = ["better-sqlite3", "libsql"];
const require = createRequire(import.meta.url);
const loaded = new Map<SqliteDriverName, SqliteDriver>();

/**
 * Loads `name`, or the first driver that loads: better-sqlite3, which is faster and needs a native build, then libsql,
 * which brings one. Throws `DriverUnavailable` with the reason of each.
 */
export async function loadSqliteDriver(name?: SqliteDriverName): Promise<SqliteDriver> {
  const reasons: string[] = [];
  for (const candidate of name === undefined ? drivers : [name]) {
    try {
      const driver = loaded.get(candidate) ?? (await load(candidate));
      loaded.set(candidate, driver);
      return driver;
    } catch (thrown) {
      reasons.push(`${candidate}: ${toError(thrown).message.split("\n")[0] ?? ""}`);
    }
  }
  throw new DriverUnavailable({ engine: "SQLite", reasons });
}

async function load(name: SqliteDriverName): Promise<SqliteDriver> {
  const version = installedVersion(name);
  refuseUnsafe(name, version);
  const module = (await import(name)) as { default: NativeConstructor };
  const Database = module.default;
  // The binary is loaded by the first database, not by the import.
  const probe = new Database(":memory:");
  const [[sqlite] = []] = probe.prepare("SELECT sqlite_version()").raw(true).all([]);
  probe.close();
  return {
    description: `${name} ${version}, SQLite ${String(sqlite)}`,
    open: (path) => connectionOf(new Database(path)),
  };
}

/** Read from beside the package's code: not every package lets its package.json be asked for by name. */
function installedVersion(name: SqliteDriverName): string {
  for (let directory = dirname(require.resolve(name)); ; directory = dirname(directory)) {
    const path = join(directory, "package.json");
    const found = existsSync(path)
      ? (JSON.parse(readFileSync(path, "utf8")) as Partial<Record<"name" | "version", string>>)
      : {};
    if (found.name === name && found.version !== undefined) return found.version;
    if (directory === dirname(directory)) throw new Error("its package.json cannot be found");
  }
}

/**
 * better-sqlite3 13 is built for Node-API 10. With less it ends the process at the first use, and nothing can catch
 * that; so it is refused before it is loaded.
 */
export function refuseUnsafe(name: SqliteDriverName, version: string, nodeApi = process.versions["napi"]): void {
  const major = Number(version.split(".")[0]);
  if (name === "better-sqlite3" && major >= 13 && Number(nodeApi) < 10) {
    throw new Error(`version ${version} crashes on this Node ${process.version}; install 12.6.2`);
  }
}

/** libsql cannot: there, queries that need one of them fail with `ProgrammingError`. */
function addFunctions(database: NativeDatabase): void {
  try {
    for (const [name, body] of Object.entries(userFunctions)) {
      database.function?.(name, { deterministic: true, varargs: true }, body);
    }
    for (const [name, join] of Object.entries(userAggregates)) {
      const step = (total: bigint | null, next: bigint | null): bigint | null =>
        total === null || next === null ? (next ?? total) : join(total, next);
      database.aggregate?.(name, { start: null, deterministic: true, safeIntegers: true, step });
    }
  } catch {
    // Not implemented by this driver.
  }
}

function columnNames(this: NativeStatement): readonly string[] {
  return this.columns().map(({ name }) => name);
}

function connectionOf(database: NativeDatabase): SqliteConnection {
  addFunctions(database);
  return {
    prepare(sql: string, withRows: boolean, withBigInts: boolean): SqlitePrepared {
      const statement = database.prepare(sql);
      if (withBigInts) statement.safeIntegers(true);
      const givesRows = withRows && statement.reader !== false;
      const prepared = (givesRows ? statement.raw(true) : statement) as NativeStatement & SqlitePrepared;
      prepared.givesRows = givesRows;
      prepared.columnNames = columnNames;
      return prepared;
    },
    exec: (sql) => void database.exec(sql),
    close: () => void database.close(),
  };
}
