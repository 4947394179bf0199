import { MigrationStateInvalid } from "../errors.js";
import type { ProjectState } from "../state/project-state.js";
import { Operation, type OperationCall, type OperationRun } from "./operation.js";

/** One statement, or several; where databases differ, by the name of the engine. */
export type SqlText = string | readonly string[] | { readonly [engine: string]: string | readonly string[] };

/** Options of `runSql`. */
export interface RunSqlOptions {
  /** What takes it back; `""` where nothing needs to be done. Without it, the migration cannot be taken back. */
  readonly reverse?: SqlText;
  /** Operations that say what it means for the models. */
  readonly state?: readonly Operation[];
  /** Whether squashing may leave it out. Default false. */
  readonly elidable?: boolean;
  /** False for SQL that no transaction takes, such as `VACUUM`. Default true. */
  readonly transactional?: boolean;
}

/** See `runSql`. */
export class RunSql extends Operation {
  readonly category = "sql";
  readonly sql: SqlText;
  readonly options: RunSqlOptions;

  constructor(sql: SqlText, options: RunSqlOptions) {
    super();
    this.sql = sql;
    this.options = options;
  }

  override get isReversible(): boolean {
    return this.options.reverse !== undefined;
  }

  override get isElidable(): boolean {
    return this.options.elidable === true;
  }

  override get isTransactional(): boolean {
    return this.options.transactional !== false;
  }

  describe(): string {
    return "Run SQL";
  }

  subjects(app: string): readonly string[] | undefined {
    const subjects = (this.options.state ?? []).flatMap((one) => one.subjects(app) ?? []);
    return subjects.length === 0 ? undefined : subjects;
  }

  changeState(app: string, state: ProjectState): void {
    for (const operation of this.options.state ?? []) operation.changeState(app, state);
  }

  forwards(run: OperationRun): Promise<void> {
    return execute(run, this.sql);
  }

  backwards(run: OperationRun): Promise<void> {
    if (this.options.reverse === undefined) throw new MigrationStateInvalid({ problem: "SQL without reverse" });
    return execute(run, this.options.reverse);
  }

  override toCall(): OperationCall | undefined {
    const { state = [], ...options } = this.options;
    if (state.length > 0) return undefined;
    return { name: "runSql", args: [this.sql, ...(Object.keys(options).length === 0 ? [] : [options])] };
  }
}

async function execute({ editor, database }: OperationRun, sql: SqlText): Promise<void> {
  for (const statement of statementsFor(sql, database.engine)) await editor.run(statement);
}

function statementsFor(sql: SqlText, engine: string): readonly string[] {
  const own = typeof sql === "string" || Array.isArray(sql) ? sql : (sql as Record<string, SqlText>)[engine];
  const list = own === undefined ? [] : typeof own === "string" ? [own] : (own as readonly string[]);
  return list.filter((statement) => statement.trim() !== "");
}

/**
 * Runs SQL: one statement, several in a list, or `{ sqlite: …, postgres: … }`.
 *
 * ```ts
 * runSql("UPDATE chat_room SET title = trim(title)", { reverse: "", elidable: true });
 * ```
 */
export function runSql(sql: SqlText, options: RunSqlOptions = {}): Operation {
  return new RunSql(sql, options);
}
