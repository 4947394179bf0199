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

/** Primary result codes of SQLite by their numbers, which libsql gives of extended codes that it has no name for. */
const primaryCodes: Readonly<Record<number, string>> = {
  1: "SQLITE_ERROR",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
  25: "SQLITE_RANGE",
  26: "SQLITE_NOTADB",
};

/** The name of a result code of SQLite; `undefined` for what is none. */
function codeOf(thrown: unknown): string | undefined {
  // An error of ours that no driver threw has no cause.
  const code = (thrown as Partial<DriverError> | undefined)?.code;
  if (typeof code !== "string") return undefined;
  if (code.startsWith("SQLITE")) return code;
  const [, number] = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code) ?? [];
  // The lower byte of an extended code is the primary one (sqlite.org/rescode.html).
  return number === undefined ? undefined : (primaryCodes[Number(number) % 256] ?? "SQLITE_UNKNOWN");
}

/** Whether another process holds the lock that was needed. */
export function isBusy(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code !== undefined && (code.startsWith("SQLITE_BUSY") || code === "SQLITE_LOCKED");
}

/** The error that a driver threw for `sql`, as one of ours; other errors as they are. */
export function convertSqliteError(thrown: unknown, sql: string): unknown {
  const code = codeOf(thrown);
  if (!(thrown instanceof Error) || code === undefined) return wrapped(thrown, sql);
  const { message } = thrown;
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
  if (code.startsWith("SQLITE_ERROR")) return ProgrammingError;
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
