import {
  CheckViolation,
  DatabaseBusy,
  DatabaseError,
  DatabaseFull,
  DatabaseUnreachable,
  DataError,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  OperationalError,
  ProgrammingError,
  UniqueViolation,
} from "../../database-errors.js";
import type { BackendErrorParams } from "../backend.js";

/** What better-sqlite3 and libsql throw: SQLite's message and the name of its extended result code. */
interface DriverError {
  readonly message: string;
  readonly code?: string;
}

/** Whether another process holds the lock that was needed. */
export function isBusy(thrown: unknown): boolean {
  // An error of ours that no driver threw has no cause.
  const code = (thrown as Partial<DriverError> | undefined)?.code;
  return typeof code === "string" && (code.startsWith("SQLITE_BUSY") || code === "SQLITE_LOCKED");
}

/** The error that a driver threw for `sql`, as one of ours; other errors as they are. */
export function convertSqliteError(thrown: unknown, sql: string): unknown {
  const { code, message } = thrown as DriverError;
  if (!(thrown instanceof Error) || typeof code !== "string" || !code.startsWith("SQLITE")) return wrapped(thrown, sql);
  const Kind = kindOf(code, message);
  return new Kind({ problem: `${message}.`, databaseCode: code, sql, ...factsIn(message) }, { cause: thrown });
}

/** Drivers refuse values that they cannot bind with plain errors. */
function wrapped(thrown: unknown, sql: string): unknown {
  if (thrown instanceof TypeError || thrown instanceof RangeError) {
    return new DataError({ problem: `${thrown.message}.`, sql }, { cause: thrown });
  }
  return thrown;
}

type Kind = new (params: BackendErrorParams, options: ErrorOptions) => DatabaseError;

function kindOf(code: string, message: string): Kind {
  switch (code) {
    case "SQLITE_CONSTRAINT_UNIQUE":
    case "SQLITE_CONSTRAINT_PRIMARYKEY":
    case "SQLITE_CONSTRAINT_ROWID":
      return UniqueViolation;
    case "SQLITE_CONSTRAINT_FOREIGNKEY":
      return ForeignKeyViolation;
    case "SQLITE_CONSTRAINT_NOTNULL":
      return NotNullViolation;
    case "SQLITE_CONSTRAINT_CHECK":
      return CheckViolation;
    case "SQLITE_FULL":
      return DatabaseFull;
    case "SQLITE_TOOBIG":
    case "SQLITE_MISMATCH":
    case "SQLITE_RANGE":
      return DataError;
    case "SQLITE_CANTOPEN":
    case "SQLITE_NOTADB":
    case "SQLITE_CORRUPT":
      return DatabaseUnreachable;
    default:
  }
  // libsql gives the plain code of a constraint; the message tells which it was.
  if (code.startsWith("SQLITE_CONSTRAINT")) return constraintKind(message);
  if (code.startsWith("SQLITE_BUSY") || code === "SQLITE_LOCKED") return DatabaseBusy;
  if (code === "SQLITE_ERROR") return ProgrammingError;
  return OperationalError;
}

function constraintKind(message: string): Kind {
  if (message.includes("UNIQUE constraint failed")) return UniqueViolation;
  if (message.includes("FOREIGN KEY constraint failed")) return ForeignKeyViolation;
  if (message.includes("NOT NULL constraint failed")) return NotNullViolation;
  if (message.includes("CHECK constraint failed")) return CheckViolation;
  return IntegrityError;
}

/**
 * `UNIQUE constraint failed: chat_room.slug, chat_room.app` names table and columns; other messages name the
 * constraint. What it names is told as the constraint, too: names may have dots and commas, and who knows the tables
 * can find it again.
 */
function factsIn(message: string): Pick<BackendErrorParams, "table" | "fields" | "constraint"> {
  const named = /constraint failed: (.+)$/s.exec(message)?.[1];
  if (named === undefined) return {};
  const constraint = /^index '(.+)'$/s.exec(named)?.[1] ?? named;
  const columns = named.split(", ").map((item) => item.split("."));
  const [table] = columns[0] ?? [];
  if (table === undefined || columns.some((item) => item.length !== 2)) return { constraint };
  return { constraint, table, fields: columns.map(([, column]) => column ?? "") };
}
