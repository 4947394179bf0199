import type { DatabaseBackend, Executor, MaybePromise, QueryResult } from "../backends/backend.js";
import type { Statement } from "../compiler/statement.js";
import { DatabaseError, type DatabaseErrorParams } from "../database-errors.js";
import { knownSchemas } from "../schema/schema-of.js";
import { nameOfDefinition, uniqueGroupsOf } from "../schema/unique-groups.js";
import { queryChannel, type QueryMessage } from "./instrumentation.js";
import { currentScope } from "./transaction.js";
import type { Schema } from "../schema/schema.js";

/** A connected database. Made by `connectDatabase`, found by queries through `databases`. */
export class Database implements Executor {
  readonly backend: DatabaseBackend;
  /** The name under which `databases` has it; empty until then. */
  alias = "";

  constructor(backend: DatabaseBackend) {
    this.backend = backend;
  }

  /** `sqlite`, `postgres`. */
  get engine(): string {
    return this.backend.engine;
  }

  /** Driver, database and versions, for a line in the log. */
  get description(): string {
    return this.backend.description;
  }

  /** Runs a statement where the caller stands: in the transaction around it, or on its own. */
  execute(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): MaybePromise<QueryResult> {
    const executor: Executor = currentScope(this) ?? this.backend;
    return queryChannel.hasSubscribers
      ? this.#executeObserved(executor, statement, parameters, signal)
      : executor.execute(statement, parameters, signal);
  }

  /** What `read` makes of the result of a statement. Errors name the model that it is about. */
  ask<T>(
    statement: Statement,
    parameters: readonly unknown[],
    schema: Schema,
    read: (result: QueryResult) => T,
    signal?: AbortSignal,
  ): MaybePromise<T> {
    const explain = (thrown: unknown): never => {
      throw this.explain(thrown, schema);
    };
    const readExplained = (result: QueryResult): T => {
      try {
        return read(result);
      } catch (thrown) {
        return explain(thrown);
      }
    };
    let result: MaybePromise<QueryResult>;
    try {
      result = this.execute(statement, parameters, signal);
    } catch (thrown) {
      return explain(thrown);
    }
    return result instanceof Promise ? result.then(readExplained, explain) : readExplained(result);
  }

  async #executeObserved(
    executor: Executor,
    statement: Statement,
    parameters: readonly unknown[],
    signal: AbortSignal | undefined,
  ): Promise<QueryResult> {
    const start = performance.now();
    let rowCount = 0;
    let error: unknown;
    try {
      const result = await executor.execute(statement, parameters, signal);
      rowCount = result.count;
      return result;
    } catch (thrown) {
      error = thrown;
      throw thrown;
    } finally {
      const message: QueryMessage = {
        database: this.alias,
        sql: statement.sql,
        parameterCount: parameters.length,
        durationMs: performance.now() - start,
        rowCount,
        error,
      };
      queryChannel.publish(message);
    }
  }

  /**
   * The rows of a statement from a cursor, `size` at a time; `undefined` where there is none. Inside a transaction it
   * is one of that transaction.
   */
  stream(
    statement: Statement,
    parameters: readonly unknown[],
    size: number,
    signal?: AbortSignal,
  ): AsyncIterable<QueryResult["rows"]> | undefined {
    return this.backend.stream?.(statement, parameters, size, currentScope(this), signal);
  }

  /**
   * Runs SQL as it is and gives its rows, each an array. Values go into `parameters`, never into the text; the
   * placeholders are the database's own (`?` or `$1`).
   *
   * Of statements that give no rows, `count` says how many rows they changed. On libsql such need `{ hasRows: false }`.
   * When `signal` is aborted it rejects with `QueryAborted`.
   */
  async query(
    sql: string,
    parameters: readonly unknown[] = [],
    { hasRows = true, signal }: { readonly hasRows?: boolean; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<QueryResult> {
    const access = hasRows && /^\s*(select|values|show|explain)\b/i.test(sql) ? "read" : "write";
    return this.execute({ sql, parameters: [], access, hasRows, isOnce: true }, parameters, signal);
  }

  /** A database's error with the model and its fields named, where they can be told from table and columns. */
  explain(thrown: unknown, schema?: Schema): unknown {
    if (!(thrown instanceof DatabaseError) || thrown.params.model !== undefined) return thrown;
    const { params } = thrown;
    const group = violatedGroup(params);
    const owner = group?.schema ?? schemaOfTable(params.table) ?? schema;
    if (owner === undefined) return thrown;
    const fields = group?.fields ?? (params.fields ?? []).map((column) => nameOf(owner, column));
    const constraint = group?.name ?? params.constraint;
    const named: DatabaseErrorParams = {
      ...params,
      fields,
      model: owner.name,
      problem: `${owner.name}${fields.length === 0 ? "" : ` (${fields.join(", ")})`}: ${params.problem}`,
      ...(constraint !== undefined && { constraint }),
    };
    const Kind = thrown.constructor as new (params: DatabaseErrorParams, options: ErrorOptions) => DatabaseError;
    return new Kind(named, { cause: thrown.cause });
  }

  async close(): Promise<void> {
    await this.backend.close();
  }
}

/** The rule of uniqueness that an error is about: PostgreSQL gives its name, SQLite its columns. */
function violatedGroup({ constraint }: DatabaseErrorParams) {
  if (constraint === undefined) return undefined;
  for (const schema of knownSchemas()) {
    for (const { name, fields } of uniqueGroupsOf(schema)) {
      const columns = fields.map((field) => `${schema.table}.${field.column}`).join(", ");
      // SQLite gives the name of an index with expressions, and no columns.
      if (constraint !== name && constraint !== `index '${name}'` && (constraint !== columns || columns === ""))
        continue;
      return { schema, name, fields: fields.map((field) => field.name) };
    }
    for (const definition of schema.meta.constraints ?? []) {
      if (definition.kind === "unique") continue;
      const name = nameOfDefinition(schema, definition, definition.kind === "check" ? "check" : "excl");
      if (name === constraint) return { schema, name, fields: [] };
    }
  }
  return undefined;
}

function nameOf(schema: Schema, column: string): string {
  return schema.fields.find((field) => field.column === column)?.name ?? column;
}

function schemaOfTable(table: string | undefined): Schema | undefined {
  if (table === undefined) return undefined;
  for (const schema of knownSchemas()) if (schema.table === table) return schema;
  return undefined;
}
