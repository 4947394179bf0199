import {
  CheckViolation,
  ConnectionLost,
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
  StatementTimeout,
  TransactionConflict,
  UniqueViolation,
} from "../../database-errors.js";
import type { BackendErrorParams } from "../backend.js";

/** What postgres.js throws: the fields of the server's error, or a code of Node's or its own. */
interface DriverError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly table_name?: string;
  readonly column_name?: string;
  readonly constraint_name?: string;
  readonly errors?: readonly DriverError[];
}

/** Where the database is, for messages. Never the password. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number | string;
  readonly database: string;
  readonly user: string;
}

type Kind = new (params: BackendErrorParams, options: ErrorOptions) => DatabaseError;

/** By SQLSTATE: the whole code first, then its class, which is its first two characters. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["23505", UniqueViolation],
  ["23503", ForeignKeyViolation],
  ["23502", NotNullViolation],
  ["23514", CheckViolation],
  ["23", IntegrityError],
  ["22", DataError],
  ["42", ProgrammingError],
  ["40", TransactionConflict],
  ["55P03", DatabaseBusy],
  ["53100", DatabaseFull],
  ["53300", DatabaseBusy],
  ["57014", StatementTimeout],
  ["57P01", ConnectionLost],
  ["57P02", ConnectionLost],
  ["57P03", DatabaseUnreachable],
  ["57P05", ConnectionLost],
  ["25P03", ConnectionLost],
  ["08", ConnectionLost],
  ["53", OperationalError],
  ["57", OperationalError],
  ["58", OperationalError],
  ["28", DatabaseUnreachable],
  ["3D", DatabaseUnreachable],
  // Of postgres.js: the socket closed under a query, or before one.
  ["CONNECTION_CLOSED", ConnectionLost],
  ["CONNECTION_DESTROYED", ConnectionLost],
  ["CONNECTION_ENDED", ConnectionLost],
  ["CONNECT_TIMEOUT", DatabaseUnreachable],
  // Of Node: a connection that was open.
  ["ECONNRESET", ConnectionLost],
  ["EPIPE", ConnectionLost],
  // And one that never was.
  ["ECONNREFUSED", DatabaseUnreachable],
  ["ENOTFOUND", DatabaseUnreachable],
  ["EAI_AGAIN", DatabaseUnreachable],
  ["ETIMEDOUT", DatabaseUnreachable],
  ["EHOSTUNREACH", DatabaseUnreachable],
  ["ENETUNREACH", DatabaseUnreachable],
  ["ENOENT", DatabaseUnreachable],
]);

/** The error that postgres.js threw for `sql`, as one of ours; errors that are none of the database's as they are. */
export function convertPostgresError(thrown: unknown, sql: string, address: ServerAddress): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const error = thrown as DriverError;
  // Node tries all addresses of a host, and reports a failure of each.
  const code = error.code ?? error.errors?.[0]?.code;
  if (code === undefined) return thrown;
  const Kind = kinds.get(code) ?? kinds.get(code.slice(0, 2));
  if (Kind === undefined && !/^[0-9A-Z]{5}$/.test(code)) return thrown;
  const params: BackendErrorParams = {
    problem: remedy(code, address) ?? describe(error),
    databaseCode: code,
    sql,
    ...(error.table_name !== undefined && { table: error.table_name }),
    ...(error.constraint_name !== undefined && { constraint: error.constraint_name }),
    fields: columnsIn(error),
  };
  return new (Kind ?? DatabaseError)(params, { cause: thrown });
}

/** What postgres.js would throw for a connection that has ended, for statements that it forgot. */
export function lostConnection({ host, port }: ServerAddress): Error {
  return Object.assign(new Error(`write CONNECTION_CLOSED ${host}:${port}`), { code: "CONNECTION_CLOSED" });
}

function describe({ message, detail, code }: DriverError): string {
  // The detail of a violated constraint has the value, or the whole row, which may be a secret; and the error may reach
  // a client. That of a foreign key has but the key.
  const hasValues = code?.startsWith("23") === true && code !== "23503";
  const text = detail === undefined || hasValues ? message : `${message}: ${detail}`;
  return text.endsWith(".") ? text : `${text}.`;
}

/** `Key (slug, app_id)=(lobby, 1) already exists.` names the columns; a violated NOT NULL names its one. */
function columnsIn({ detail, column_name: column }: DriverError): string[] {
  if (column !== undefined) return [column];
  const list = /^Key \((.+?)\)=/.exec(detail ?? "")?.[1] ?? "";
  const names = list.match(/"(?:[^"]|"")+"|[^", ]+/g) ?? [];
  return names.map((name) => name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
}

function remedy(code: string, { host, port, database, user }: ServerAddress): string | undefined {
  const server = `PostgreSQL at ${host}:${port}`;
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
      return `${server} cannot be reached: nothing listens there. Start the server, or correct host and port in DATABASE_URL.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${server} cannot be reached: there is no such host. Correct the host in DATABASE_URL.`;
    case "CONNECT_TIMEOUT":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `${server} cannot be reached: it does not answer. Correct the host in DATABASE_URL, or look at the network between.`;
    case "28P01":
    case "28000":
      return `${server} refuses the user ${JSON.stringify(user)}: wrong password, or not let in. Correct user and password in DATABASE_URL.`;
    case "3D000":
      return `${server} has no database ${JSON.stringify(database)}. Create it (createdb ${database}), or correct the name in DATABASE_URL.`;
    case "57P03":
      return `${server} is starting up or shutting down; try again in a moment.`;
    case "57014":
      return `${server} ended a statement that ran too long. Narrow it, give it an index, or raise statementTimeoutMs.`;
    case "53300":
      return `${server} has no connection left. Lower the pool size, or raise max_connections.`;
    case "CONNECTION_CLOSED":
    case "CONNECTION_DESTROYED":
    case "ECONNRESET":
    case "EPIPE":
    case "57P01":
      return `The connection to ${server} broke. What was running was rolled back; try again.`;
    default:
      return undefined;
  }
}
