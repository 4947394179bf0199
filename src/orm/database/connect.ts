import { connectPostgres, type PostgresOptions } from "../backends/postgres/postgres-backend.js";
import { connectSqlite, type SqliteOptions } from "../backends/sqlite/sqlite-backend.js";
import { DatabaseUrlInvalid } from "../errors.js";
import { Database } from "./database.js";

/** Options of `connectDatabase`; each database takes those that it knows. */
export interface DatabaseOptions extends PostgresOptions, SqliteOptions {}

/**
 * Connects to the database at `url`:
 *
 * - `sqlite:path/to/file` (relative to the working directory), `sqlite:///absolute/path`, `sqlite::memory:`
 * - `postgres://user:password@host:port/name`
 *
 * Rejects with `DatabaseUnreachable`, which says what to do, when it does not answer or does not let us in;
 * `DatabaseUrlInvalid`; `DriverUnavailable`. Once connected, broken connections are made again by themselves.
 */
export async function connectDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const scheme = /^([a-z0-9+]+):/i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case "sqlite":
      return new Database(await connectSqlite(sqlitePath(url), options));
    case "postgres":
    case "postgresql":
      if (!URL.canParse(url))
        throw new DatabaseUrlInvalid({
          problem: "is no URL; characters such as # and / in a password are written %23 and %2F",
        });
      return new Database(await connectPostgres(url, options));
    case undefined:
      throw new DatabaseUrlInvalid({ problem: "has no scheme" });
    default:
      throw new DatabaseUrlInvalid({ problem: `has the scheme ${scheme}:, which is not known` });
  }
}

function sqlitePath(url: string): string {
  const path = url.slice("sqlite:".length).replace(/^\/\//, "");
  if (path === "") throw new DatabaseUrlInvalid({ problem: "names no file" });
  return path;
}
