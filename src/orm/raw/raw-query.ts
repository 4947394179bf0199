import type { QueryResult } from "../backends/backend.js";
import type { Statement } from "../compiler/statement.js";
import type { Converter } from "../compiler/converter.js";
import type { Database } from "../database/database.js";
import { readDatabase, writeDatabase } from "../database/routing.js";
import { QueryInvalid } from "../errors.js";
import type { OutputName } from "../expressions/nodes.js";
import type { OutputValues } from "../expressions/value.js";
import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { rowConstructorOf } from "../instances/row-constructor.js";
import { outputOf } from "../query/outputs.js";
import { InstanceState } from "../schema/instance-state.js";
import { Reference } from "../schema/reference.js";
import type { Schema } from "../schema/schema.js";
import { throwTraced } from "../query-set/load-rows.js";
import { prefetcher } from "../query-set/prefetcher.js";
import type { Sql } from "./sql.js";

/** The types of columns that are none of the model's, by name. */
export type RawColumns = Readonly<Record<string, OutputName>>;

/** A row with the columns `C`; any of them may be null. */
export type RawRow<C extends RawColumns> = { readonly [P in keyof C]: OutputValues[C[P]] | null };

/** Options of `raw`. */
export interface RawOptions<C extends RawColumns> {
  /** What the rows have beside the model's fields, and as what it is to be read. Other columns are as the driver gives them. */
  readonly extra?: C;
  /** The alias of the database. */
  readonly using?: string | undefined;
}

interface RawParts {
  readonly schema: Schema;
  readonly sql: Sql;
  readonly columns: RawColumns;
  readonly using: string | undefined;
  readonly isPlain: boolean;
  readonly prefetches: readonly string[];
}

/**
 * SQL that a program wrote, whose rows become instances of a model, or plain objects. Lazy: it is asked when it is
 * awaited, each time anew.
 */
export class RawQuery<Row> implements PromiseLike<Row[]>, AsyncIterable<Row> {
  readonly #parts: RawParts;

  /** @internal Use `Model.raw`. */
  constructor(parts: RawParts) {
    this.#parts = parts;
  }

  /** Plain objects with these columns instead of instances, each read as its type. */
  values<const C extends RawColumns>(columns: C): RawQuery<RawRow<C>> {
    return new RawQuery({ ...this.#parts, columns, isPlain: true });
  }

  /** The rows with these relations loaded; see `QuerySet.prefetchRelated`. */
  prefetchRelated(...paths: readonly string[]): RawQuery<Row> {
    return new RawQuery({ ...this.#parts, prefetches: [...this.#parts.prefetches, ...paths] });
  }

  get #database(): Database {
    const { schema, using } = this.#parts;
    return readsOnly(this.#parts.sql) ? readDatabase(schema.model, using) : writeDatabase(schema.model, using);
  }

  /** The SQL with its placeholders, and its parameters as the driver gets them. */
  toSql(): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const { text, parameters } = this.#parts.sql.writeFor(this.#database.backend.dialect);
    return { sql: text, parameters };
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a query is awaited: that is when it asks the database
  then<A = Row[], B = never>(
    onFulfilled?: ((rows: Row[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#rows().then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    yield* await this.#rows();
  }

  async #rows(): Promise<Row[]> {
    const { schema, prefetches, using } = this.#parts;
    const database = this.#database;
    const { sql, parameters } = this.toSql();
    const statement: Statement = {
      sql,
      parameters: [],
      access: readsOnly(this.#parts.sql) ? "read" : "write",
      hasRows: true,
      tellsColumns: true,
      hasBigInts: schema.fields.some(({ columnType }) => columnType.kind === "bigint"),
    };
    const rows = await this.#ask(database, statement, parameters);
    if (prefetches.length > 0) {
      const specs = prefetches.map((path) => ({ path, querySet: undefined, toAttr: undefined }));
      await prefetcher()(rows as object[], schema, specs, using);
    }
    return rows;
  }

  async #ask(database: Database, statement: Statement, parameters: readonly unknown[]): Promise<Row[]> {
    try {
      return await database.ask(statement, parameters, this.#parts.schema, (result) => this.#read(database, result));
    } catch (thrown) {
      return await throwTraced(thrown);
    }
  }

  #read(database: Database, { rows, columns = [] }: QueryResult): Row[] {
    const { dialect } = database.backend;
    const { columns: types, isPlain } = this.#parts;
    if (!isPlain) return this.#instances(database, rows, columns) as Row[];
    const wanted = Object.entries(types).map(([name, type]) => {
      const index = columns.indexOf(name);
      if (index < 0) throw this.#invalid(`gives no column ${JSON.stringify(name)}; it gives ${columns.join(", ")}`);
      return { name, index, read: dialect.fromDatabase(outputOf(type).type) };
    });
    return rows.map((row) =>
      Object.fromEntries(wanted.map(({ name, index, read }) => [name, converted(row[index], read)])),
    ) as Row[];
  }

  #instances(database: Database, rows: QueryResult["rows"], columns: readonly string[]): object[] {
    const { schema, columns: types } = this.#parts;
    const { dialect } = database.backend;
    const places = new Map<Field, number>();
    const extra: { name: string; index: number; read: Converter }[] = [];
    for (const [index, column] of columns.entries()) {
      const field = schema.fields.find((one) => one.column === column);
      if (field !== undefined) {
        if (!places.has(field)) places.set(field, index);
        continue;
      }
      if (extra.some(({ name }) => name === column)) continue;
      if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(column) || column in (schema.model.prototype as object)) {
        throw this.#invalid(`gives the column ${JSON.stringify(column)}, which no property can be called; use AS`);
      }
      const type = types[column];
      extra.push({
        name: column,
        index,
        read: type === undefined ? undefined : dialect.fromDatabase(outputOf(type).type),
      });
    }
    if (!places.has(schema.primaryKey)) {
      throw this.#invalid(`gives no column ${schema.primaryKey.column}, the primary key; instances need it`);
    }
    const fields = schema.fields.filter((field) => places.has(field));
    const missing = schema.fields.filter((field) => !places.has(field));
    const deferred = missing.length === 0 ? undefined : new Set(missing.map(({ name }) => name));
    const state = new InstanceState(database.alias, deferred);
    const readers = fields.map((field) => this.#reader(field, dialect.fromDatabase(field.columnType), state));
    const Row = rowConstructorOf(
      schema,
      fields,
      extra.map(({ name }) => name),
    );
    const instances = rows.map((row) => {
      const own = fields.map((field, index) => readers[index]?.(row[places.get(field) ?? 0]));
      return new Row(state, ...own, ...extra.map(({ index, read }) => converted(row[index], read)));
    });
    state.rows = instances;
    return instances;
  }

  /** Makes what an instance has for a field of what the driver gave. */
  #reader(field: Field, convert: Converter, state: InstanceState): (value: unknown) => unknown {
    const relation = field instanceof ForeignKeyField ? this.#parts.schema.relation(field.name) : undefined;
    return (value) => {
      const key = converted(value, convert);
      return relation === undefined || key === null ? key : new Reference(relation, key, state);
    };
  }

  #invalid(problem: string): QueryInvalid {
    return new QueryInvalid({ model: this.#parts.schema.name, problem: `in raw SQL ${problem}` });
  }
}

function converted(value: unknown, read: Converter): unknown {
  if (value === null || value === undefined) return null;
  return read === undefined ? value : read(value);
}

/** Whether SQL begins as what only reads does; WITH may hide a change. */
function readsOnly({ parts }: Sql): boolean {
  const text = parts.map((part) => (part.kind === "text" ? part.text : " ")).join("");
  if (/^\s*(select|values|table)\b/i.test(text)) return !/\bfor\s+(no\s+key\s+)?(update|share|key)\b/i.test(text);
  return /^\s*with\b/i.test(text) && !/\b(insert|update|delete|merge|replace)\b/i.test(text);
}
