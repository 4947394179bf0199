import type { Database } from "../../database/database.js";
import type { ModelClass } from "../../model-class.js";
import type { ModelBase } from "../../model.js";
import type { QuerySet } from "../../query-set.js";
import { MigrationStateInvalid } from "../errors.js";
import type { HistoricalModels } from "../state/historical-models.js";
import { labelIn } from "../state/model-state.js";
import { Operation, type OperationRun } from "./operation.js";

/** A row of a model as it was at that point of the history: its fields are not known to the compiler. */
export type HistoricalRow = ModelBase & Record<string, unknown>;

type Values = Readonly<Record<string, unknown>>;

/** A model as it was at that point of the history. It has its fields, and none of the methods of today's class. */
export interface HistoricalModel<Row extends object = HistoricalRow> {
  new (values?: Values): Row;
  readonly name: string;
  all(): QuerySet<Row>;
  filter(where: Values): QuerySet<Row>;
  exclude(where: Values): QuerySet<Row>;
  orderBy(...keys: readonly string[]): QuerySet<Row>;
  using(alias: string): QuerySet<Row>;
  get(where: Values): Promise<Row>;
  first(): Promise<Row | null>;
  last(): Promise<Row | null>;
  count(): Promise<number>;
  exists(): Promise<boolean>;
  create(values: Values): Promise<Row>;
}

/** What the code of a migration is given. */
export interface CodeRun {
  /** The models as they are at this point of the history. */
  readonly models: {
    /**
     * `Room` of the migration's own app, or `accounts.User`. Where the compiler is to know the fields, say them:
     * `models.get<ModelBase & { slug: string }>("Room")`. Throws `MigrationStateInvalid`.
     */
    get<Row extends object = HistoricalRow>(name: string): HistoricalModel<Row>;
  };
  /** The database that is migrated, to which the queries of `models` go. For SQL of your own: `database.query(…)`. */
  readonly database: Database;
}

/** Code of a migration. */
export type MigrationCode = (run: CodeRun) => void | Promise<void>;

/** Options of `runCode`. */
export interface RunCodeOptions {
  /** What takes it back; `noop` where nothing needs to be done. Without it, the migration cannot be taken back. */
  readonly reverse?: MigrationCode;
  /** Whether squashing may leave it out. Default false. */
  readonly elidable?: boolean;
  /** False for code that works for long and commits on its own: it must stand being run again. Default true. */
  readonly transactional?: boolean;
}

/** Code that does nothing. */
export function noop(): void {}

/** See `runCode`. */
export class RunCode extends Operation {
  readonly category = "code";
  readonly code: MigrationCode;
  readonly options: RunCodeOptions;

  constructor(code: MigrationCode, options: RunCodeOptions) {
    super();
    this.code = code;
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
    return this.code.name === "" || this.code.name === "code" ? "Run code" : `Run ${this.code.name}`;
  }

  subjects(): undefined {
    return undefined;
  }

  changeState(): void {}

  forwards(run: OperationRun): Promise<void> {
    return this.#run(this.code, run, run.from);
  }

  backwards(run: OperationRun): Promise<void> {
    const { reverse } = this.options;
    if (reverse === undefined) throw new MigrationStateInvalid({ problem: "code without reverse" });
    return this.#run(reverse, run, run.to);
  }

  async #run(code: MigrationCode, { app, database, isDryRun }: OperationRun, models: HistoricalModels): Promise<void> {
    if (isDryRun) return;
    models.moveTo(database.alias);
    const get = (name: string): ModelClass => models.model(labelIn(app, name));
    await code({ models: { get: get as CodeRun["models"]["get"] }, database });
  }
}

/**
 * Runs code, with the models as they are at that point of the history:
 *
 * ```ts
 * runCode(
 *   async ({ models }) => {
 *     for await (const room of models.get("Room").filter({ title: "" })) {
 *       room["title"] = room["slug"];
 *       await room.save();
 *     }
 *   },
 *   { reverse: noop },
 * );
 * ```
 */
export function runCode(code: MigrationCode, options: RunCodeOptions = {}): Operation {
  return new RunCode(code, options);
}
