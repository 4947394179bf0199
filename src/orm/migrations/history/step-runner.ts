import { toError } from "../../../core/index.js";
import type { SchemaSession } from "../../backends/backend.js";
import { inTransaction } from "../../database/atomic.js";
import type { Database } from "../../database/database.js";
import { allowsMigration } from "../../database/routing.js";
import { DatabaseBusy } from "../../database-errors.js";
import { MigrationFailed, MigrationIrreversible } from "../errors.js";
import { CreateModel } from "../operations/create-model.js";
import type { Operation, OperationRun } from "../operations/operation.js";
import { HistoricalModels } from "../state/historical-models.js";
import type { ProjectState } from "../state/project-state.js";
import type { MigrationNode } from "./migration-node.js";
import { Recorder } from "./recorder.js";

/** How one migration is run. */
export interface StepOptions {
  readonly database: Database;
  readonly session: SchemaSession;
  /** How long a statement waits for the lock of a table before all is undone and tried again, in milliseconds. */
  readonly lockTimeoutMs: number;
  /** How often it is tried. */
  readonly attempts: number;
  /** Called before each operation. */
  readonly onOperation: (operation: Operation, index: number, total: number) => void;
}

/** One operation with the models before and after it, in the direction in which it runs. */
interface Step {
  readonly operation: Operation;
  /** Its place in the migration, counted from 0. */
  readonly index: number;
  readonly run: (run: OperationRun) => Promise<void>;
  readonly from: HistoricalModels;
  readonly to: HistoricalModels;
  /** How many operations are done when it is. */
  readonly doneAfter: number;
}

/** Whether a migration is one transaction; otherwise each of its operations is written down when it is done. */
export function isAtomic({ migration }: MigrationNode): boolean {
  return migration.atomic !== false && migration.operations.every((operation) => operation.isTransactional);
}

/**
 * Applies a migration. `state` is that of the models before it, and afterwards that of those after it. Gives whether
 * there was anything left to do, or another process was faster.
 */
export async function applyMigration(node: MigrationNode, state: ProjectState, options: StepOptions): Promise<boolean> {
  return runSteps(node, "forward", forwardSteps(node, state), options);
}

/** Takes a migration back. `before` is the state of the models before it. Throws `MigrationIrreversible`. */
export async function unapplyMigration(
  node: MigrationNode,
  before: ProjectState,
  options: StepOptions,
): Promise<boolean> {
  refuseIrreversible(node);
  return runSteps(node, "backward", backwardSteps(node, before), options);
}

/** Throws `MigrationIrreversible` for a migration that cannot be taken back. */
export function refuseIrreversible({ key, migration }: MigrationNode): void {
  const operation = migration.operations.find((one) => !one.isReversible);
  if (operation !== undefined) throw new MigrationIrreversible({ migration: key, operation: operation.describe() });
}

export function forwardSteps({ app, migration }: MigrationNode, state: ProjectState): Step[] {
  let from = new HistoricalModels(state.clone());
  return migration.operations.map((operation, index) => {
    operation.changeState(app, state);
    const before = from;
    from = new HistoricalModels(state.clone());
    return { operation, index, run: (run) => operation.forwards(run), from: before, to: from, doneAfter: index + 1 };
  });
}

export function backwardSteps(node: MigrationNode, before: ProjectState): Step[] {
  return forwardSteps(node, before.clone())
    .toReversed()
    .map(({ operation, index, from, to }) => ({
      operation,
      index,
      run: (run) => operation.backwards(run),
      from: to,
      to: from,
      doneAfter: index,
    }));
}

async function runSteps(
  node: MigrationNode,
  direction: "forward" | "backward",
  steps: readonly Step[],
  options: StepOptions,
): Promise<boolean> {
  const { database, session, onOperation } = options;
  let isDoneHere = steps.length === 0;
  const total = steps.length;
  const isForward = direction === "forward";
  const editorOn = (executor: Database | SchemaSession) => database.backend.schemaEditor(executor);
  const recorderOn = (executor: Database | SchemaSession) =>
    new Recorder(editorOn(executor), (place) => database.backend.dialect.placeholder(place));
  const perform = async (step: Step, executor: Database | SchemaSession): Promise<void> => {
    onOperation(step.operation, step.index, total);
    isDoneHere = true;
    if (!isFor(database, node.app, step.operation)) return;
    const { from, to } = step;
    try {
      await step.run({ app: node.app, from, to, editor: editorOn(executor), database, isDryRun: false });
    } catch (thrown) {
      throw failure(node, step, total, thrown);
    }
  };
  const transaction = (work: () => Promise<void>): Promise<void> =>
    retrying(options, () =>
      inTransaction(
        database,
        () => session.begin(),
        async () => {
          await editorOn(database).limitLockWait(options.lockTimeoutMs);
          await work();
        },
      ),
    );
  const finish = (recorder: Recorder): Promise<void> =>
    isForward ? recorder.recordApplied(node.key) : recorder.remove(node.key);

  if (isAtomic(node)) {
    await transaction(async () => {
      const recorder = recorderOn(database);
      // Another process may have been here since the plan was made.
      if (((await recorder.one(node.key))?.appliedAt !== undefined) === isForward) return;
      for (const step of steps) await perform(step, database);
      if (steps.some(({ operation }) => !(operation instanceof CreateModel)))
        await editorOn(database).checkForeignKeys();
      await finish(recorder);
    });
    return isDoneHere;
  }
  for (const step of steps) {
    const isDone = async (recorder: Recorder): Promise<boolean> => {
      const record = await recorder.one(node.key);
      if (isForward) return record?.appliedAt !== undefined || (record?.done ?? 0) >= step.doneAfter;
      return record === undefined || (record.appliedAt === undefined && record.done <= step.doneAfter);
    };
    if (step.operation.isTransactional) {
      await transaction(async () => {
        const recorder = recorderOn(database);
        if (await isDone(recorder)) return;
        await perform(step, database);
        await editorOn(database).checkForeignKeys();
        await recorder.recordProgress(node.key, step.doneAfter);
      });
    } else {
      const recorder = recorderOn(session);
      if (await isDone(recorder)) continue;
      await perform(step, session);
      await recorder.recordProgress(node.key, step.doneAfter);
    }
  }
  await finish(recorderOn(session));
  return isDoneHere;
}

/** Whether routers let an operation of `app` do anything on a database. */
export function isFor({ alias }: Database, app: string, operation: Operation): boolean {
  const subjects = operation.subjects(app) ?? [];
  if (subjects.length === 0) return allowsMigration(alias, app, undefined);
  return subjects.some((subject) => {
    const [, owner = app, model] = /^(\w+)\.(\w+)/.exec(subject) ?? [];
    return allowsMigration(alias, owner, model);
  });
}

/** Tries again what did not get the lock of a table in time; whoever waited behind it has had a turn meanwhile. */
export async function retrying<T>(
  { attempts, lockTimeoutMs }: Pick<StepOptions, "attempts" | "lockTimeoutMs">,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (thrown) {
      const cause = thrown instanceof MigrationFailed ? thrown.cause : thrown;
      if (!(cause instanceof DatabaseBusy) || attempt >= attempts) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, Math.min(lockTimeoutMs, 100 * 2 ** attempt)));
    }
  }
}

function failure(node: MigrationNode, { operation, index }: Step, total: number, thrown: unknown): MigrationFailed {
  const left = isAtomic(node)
    ? "All of this migration is undone; those before it stay."
    : "What was done before it stays, and the next run goes on with it.";
  const problem = toError(thrown).message;
  return new MigrationFailed(
    {
      migration: node.key,
      operation: operation.describe(),
      place: `operation ${index + 1} of ${total}`,
      problem: /[.!?]$/.test(problem) ? problem : `${problem}.`,
      left,
    },
    { cause: thrown },
  );
}
