import { setTimeout as sleep } from "node:timers/promises";

import type { SchemaSession } from "../../backends/backend.js";
import { databases } from "../../database/databases.js";
import type { Database } from "../../database/database.js";
import { MigrationLockTimeout } from "../errors.js";
import type { Operation } from "../operations/operation.js";
import { HistoricalModels } from "../state/historical-models.js";
import type { ProjectState } from "../state/project-state.js";
import { initialIsThere } from "./initial-tables.js";
import { MigrationGraph } from "./migration-graph.js";
import type { MigrationNode } from "./migration-node.js";
import { AppliedMigrations, type MigrationTarget, planMigrations, type PlanStep, refuseInconsistency } from "./plan.js";
import { Recorder } from "./recorder.js";
import { applyMigration, refuseIrreversible, retrying, unapplyMigration } from "./step-runner.js";

/** What `migrate` tells while it works. */
export type MigrateEvent =
  /** Another process has the lock. */
  | { readonly kind: "waiting" }
  | { readonly kind: "begin"; readonly step: PlanStep; readonly index: number; readonly total: number }
  | { readonly kind: "operation"; readonly operation: Operation; readonly index: number; readonly total: number }
  | { readonly kind: "end"; readonly step: PlanStep; readonly outcome: MigrateOutcome; readonly durationMs: number };

/** `faked`: it was written down only. `skipped`: another process had done it by then. */
export type MigrateOutcome = "done" | "faked" | "skipped";

/** Options of `migrate`. */
export interface MigrateOptions extends MigrationTarget {
  /** The alias of the database. Default `default`. */
  readonly using?: string;
  /** Write down that it is done, and do nothing. Default false. */
  readonly fake?: boolean;
  /** The same for the first migrations of apps whose tables are there with all their columns. Default false. */
  readonly fakeInitial?: boolean;
  /** How long to wait for another process that migrates, in seconds. Default 600. */
  readonly lockWaitSeconds?: number;
  /**
   * How long a statement waits for the lock of a table, in milliseconds. Whoever wants the table meanwhile stands in
   * line behind it, so that it gives up, lets them go, and tries again, 20 times. Default 5000.
   */
  readonly lockTimeoutMs?: number;
  readonly onEvent?: (event: MigrateEvent) => void;
  /** Models of apps without migrations, which others lead to. */
  readonly base?: ProjectState;
}

/** The migrations of a project beside what a database has had of them. */
export interface History {
  readonly graph: MigrationGraph;
  readonly applied: AppliedMigrations;
}

/** Reads what the database has had of `nodes`. Rejects with `MigrationGraphInvalid` and what the database says. */
export async function readHistory(nodes: readonly MigrationNode[], using?: string): Promise<History> {
  const database = databases.get(using);
  const applied = new AppliedMigrations(await recorderOf(database, database).read());
  return { graph: new MigrationGraph(nodes, applied.keys), applied };
}

/**
 * Applies the migrations that a database has not had yet, or goes to `app` and `name`, backward where needed. Gives
 * what was done.
 *
 * Several processes may call it at once: one migrates, the others wait, and find nothing to do. A process that is
 * killed leaves the database as it was before the migration that it was at, or before its operation where that is no
 * transaction as a whole; the next call goes on from there.
 *
 * Rejects with `MigrationFailed`, `MigrationConflict`, `MigrationHistoryInconsistent`, `MigrationIrreversible`,
 * `MigrationUnknown`, `MigrationLockTimeout`.
 */
export async function migrate(nodes: readonly MigrationNode[], options: MigrateOptions = {}): Promise<PlanStep[]> {
  const database = databases.get(options.using);
  const before = await readHistory(nodes, options.using);
  check(before, database);
  if (planMigrations(before.graph, before.applied, options).length === 0 && !hasSquashed(before)) return [];
  const session = await database.backend.openSchemaSession();
  try {
    await takeLock(session, options);
    const recorder = recorderOf(database, session);
    const patience = { attempts: 20, lockTimeoutMs: 100 };
    await retrying(patience, () => recorder.ensureTable());
    const history = await readHistory(nodes, options.using);
    check(history, database);
    await retrying(patience, () => recordSquashed(history, recorder));
    return await new Run(database, session, history, options).perform();
  } finally {
    await session.release();
  }
}

function check({ graph, applied }: History, database: Database): void {
  graph.refuseConflicts();
  refuseInconsistency(graph, applied, database.alias);
}

/** Squashed migrations whose parts are all applied are applied too, whether that is written down yet or not. */
function squashedOf({ graph, applied }: History): MigrationNode[] {
  return graph.nodes.filter((node) => applied.has(node) && applied.records.get(node.key) === undefined);
}

function hasSquashed(history: History): boolean {
  return squashedOf(history).length > 0;
}

async function recordSquashed(history: History, recorder: Recorder): Promise<void> {
  for (const node of squashedOf(history)) await recorder.recordApplied(node.key);
}

function recorderOf(database: Database, executor: Database | SchemaSession): Recorder {
  const { backend } = database;
  return new Recorder(backend.schemaEditor(executor), (place) => backend.dialect.placeholder(place));
}

async function takeLock(session: SchemaSession, { lockWaitSeconds = 600, onEvent }: MigrateOptions): Promise<void> {
  const end = performance.now() + lockWaitSeconds * 1000;
  for (let pauseMs = 20; !(await session.tryLock()); pauseMs = Math.min(pauseMs * 2, 500)) {
    if (performance.now() > end) throw new MigrationLockTimeout({ seconds: lockWaitSeconds });
    onEvent?.({ kind: "waiting" });
    await sleep(pauseMs);
  }
}

/** One call of `migrate`, when it has the lock. */
class Run {
  readonly #database: Database;
  readonly #session: SchemaSession;
  readonly #history: History;
  readonly #options: MigrateOptions;

  constructor(database: Database, session: SchemaSession, history: History, options: MigrateOptions) {
    this.#database = database;
    this.#session = session;
    this.#history = history;
    this.#options = options;
  }

  async perform(): Promise<PlanStep[]> {
    const { graph, applied } = this.#history;
    const plan = planMigrations(graph, applied, this.#options);
    // Before anything is done: a way back that ends in the middle helps nobody.
    if (this.#options.fake !== true) {
      for (const { node, direction } of plan) if (direction === "backward") refuseIrreversible(node);
    }
    const done = new Set(graph.nodes.filter((node) => applied.has(node)).map(({ key }) => key));
    const state = this.#stateOf(done);
    for (const [index, step] of plan.entries()) {
      const begin = performance.now();
      this.#options.onEvent?.({ kind: "begin", step, index, total: plan.length });
      const outcome = step.direction === "forward" ? await this.#apply(step, state) : await this.#unapply(step, done);
      this.#options.onEvent?.({ kind: "end", step, outcome, durationMs: performance.now() - begin });
    }
    return plan;
  }

  #stateOf(keys: ReadonlySet<string>): ProjectState {
    const { graph } = this.#history;
    return graph.stateAfter(
      graph.nodes.filter(({ key }) => keys.has(key)),
      this.#options.base?.clone(),
    );
  }

  async #apply({ node }: PlanStep, state: ProjectState): Promise<MigrateOutcome> {
    if (this.#options.fake === true || (await this.#isThere(node, state))) {
      for (const operation of node.migration.operations) operation.changeState(node.app, state);
      await this.#recorder.recordApplied(node.key);
      return "faked";
    }
    return (await applyMigration(node, state, this.#stepOptions)) ? "done" : "skipped";
  }

  async #unapply({ node }: PlanStep, done: Set<string>): Promise<MigrateOutcome> {
    done.delete(node.key);
    const isFaked = this.#options.fake === true;
    if (!isFaked) await unapplyMigration(node, this.#stateOf(done), this.#stepOptions);
    for (const key of [node.key, ...node.migration.replaces]) await this.#recorder.remove(key);
    return isFaked ? "faked" : "done";
  }

  async #isThere(node: MigrationNode, state: ProjectState): Promise<boolean> {
    if (this.#options.fakeInitial !== true) return false;
    const { graph } = this.#history;
    const isFirst = !graph.parentsOf(node.key).some((key) => graph.get(key)?.app === node.app);
    if (!(node.migration.initial ?? isFirst)) return false;
    const after = state.clone();
    for (const operation of node.migration.operations) operation.changeState(node.app, after);
    const editor = this.#database.backend.schemaEditor(this.#session);
    return initialIsThere(node, { after: new HistoricalModels(after), editor });
  }

  get #recorder(): Recorder {
    return recorderOf(this.#database, this.#session);
  }

  get #stepOptions() {
    const { lockTimeoutMs = 5000, onEvent } = this.#options;
    return {
      database: this.#database,
      session: this.#session,
      lockTimeoutMs,
      attempts: 20,
      onOperation: (operation: Operation, index: number, total: number) =>
        onEvent?.({ kind: "operation", operation, index, total }),
    };
  }
}
