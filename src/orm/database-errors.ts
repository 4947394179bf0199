import { defineError } from "../core/index.js";

/** What is known about an error that a database reported. */
export interface DatabaseErrorParams {
  /** What was wrong, where, and what to do. */
  readonly problem: string;
  /** The model whose query failed. */
  readonly model?: string;
  /** The fields that are to blame; their columns' names where no model is known. */
  readonly fields?: readonly string[];
  readonly table?: string;
  readonly constraint?: string;
  /** The database's own code: an SQLSTATE, or SQLite's extended result code by name. */
  readonly databaseCode?: string;
  /** The statement, without its values. */
  readonly sql?: string;
}

/** Any error that comes from a database or its driver. `cause` is the driver's own error. */
export class DatabaseError extends defineError<DatabaseErrorParams>({
  code: "ORM_DATABASE_ERROR",
  fromProgram: true,
  message: (p) => p.problem,
}) {
  get model(): string | undefined {
    return this.params.model;
  }

  get fields(): readonly string[] {
    return this.params.fields ?? [];
  }

  get constraint(): string | undefined {
    return this.params.constraint;
  }
}

/** Enters the code of a subclass into the list of codes; the class itself extends its neighbour above, not this. */
function listed(code: string): string {
  defineError<DatabaseErrorParams>({ code, message: (p) => p.problem });
  return code;
}

/** A row would break a rule of its table. */
export class IntegrityError extends DatabaseError {
  static override readonly code = listed("ORM_INTEGRITY_ERROR");
  override readonly code: string = IntegrityError.code;
}

/** 409: another row has the same value in a unique column. */
export class UniqueViolation extends IntegrityError {
  static override readonly code = listed("ORM_UNIQUE_VIOLATION");
  override readonly code: string = UniqueViolation.code;
  override readonly status: number = 409;
}

/** A foreign key refers to a row that is not there, or a row is deleted that others refer to. */
export class ForeignKeyViolation extends IntegrityError {
  static override readonly code = listed("ORM_FOREIGN_KEY_VIOLATION");
  override readonly code: string = ForeignKeyViolation.code;
}

/** 409: a row cannot be deleted because others refer to it (`onDelete: "protect"` or `"restrict"`). */
export class ProtectedError extends IntegrityError {
  static override readonly code = listed("ORM_PROTECTED");
  override readonly code: string = ProtectedError.code;
  override readonly status: number = 409;
}

/** NULL for a column that does not take it. */
export class NotNullViolation extends IntegrityError {
  static override readonly code = listed("ORM_NOT_NULL_VIOLATION");
  override readonly code: string = NotNullViolation.code;
}

/** A check constraint was not met. */
export class CheckViolation extends IntegrityError {
  static override readonly code = listed("ORM_CHECK_VIOLATION");
  override readonly code: string = CheckViolation.code;
}

/** The database could not do its work: not the query's fault. */
export class OperationalError extends DatabaseError {
  static override readonly code = listed("ORM_OPERATIONAL_ERROR");
  override readonly code: string = OperationalError.code;
}

/** The database cannot be reached, or does not let us in. */
export class DatabaseUnreachable extends OperationalError {
  static override readonly code = listed("ORM_DATABASE_UNREACHABLE");
  override readonly code: string = DatabaseUnreachable.code;
  override readonly status: number = 503;
  override readonly temporary: boolean = true;
}

/** The connection broke; in a transaction, all of it was rolled back. */
export class ConnectionLost extends OperationalError {
  static override readonly code = listed("ORM_CONNECTION_LOST");
  override readonly code: string = ConnectionLost.code;
  override readonly status: number = 503;
  override readonly temporary: boolean = true;
}

/** Waited too long for a connection, or for another transaction to end. */
export class DatabaseBusy extends OperationalError {
  static override readonly code = listed("ORM_DATABASE_BUSY");
  override readonly code: string = DatabaseBusy.code;
  override readonly status: number = 503;
  override readonly temporary: boolean = true;
}

/** A statement ran longer than `statementTimeoutMs`, and the database ended it. */
export class StatementTimeout extends OperationalError {
  static override readonly code = listed("ORM_STATEMENT_TIMEOUT");
  override readonly code: string = StatementTimeout.code;
  override readonly status: number = 503;
}

/** The `AbortSignal` of a query or transaction was aborted. `cause` is the signal's reason. */
export class QueryAborted extends OperationalError {
  static override readonly code = listed("ORM_QUERY_ABORTED");
  override readonly code: string = QueryAborted.code;
}

/** The disk, or the space that the database may take, is full; nothing of the statement was written. */
export class DatabaseFull extends OperationalError {
  static override readonly code = listed("ORM_DATABASE_FULL");
  override readonly code: string = DatabaseFull.code;
  override readonly status: number = 507;
}

/** Two transactions were in each other's way and the database ended this one: run it again. */
export class TransactionConflict extends OperationalError {
  static override readonly code = listed("ORM_TRANSACTION_CONFLICT");
  override readonly code: string = TransactionConflict.code;
  override readonly temporary: boolean = true;
}

/** The database does not understand the query: a table or column that is missing, or wrong raw SQL. */
export class ProgrammingError extends DatabaseError {
  static override readonly code = listed("ORM_PROGRAMMING_ERROR");
  override readonly code: string = ProgrammingError.code;
}

/** A value does not fit its column: too long, out of range. */
export class DataError extends DatabaseError {
  static override readonly code = listed("ORM_DATA_ERROR");
  override readonly code: string = DataError.code;
}
