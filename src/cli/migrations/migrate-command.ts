import { Command, Option } from "commander";

import {
  checkSafety,
  createUnmigratedTables,
  describeProblem,
  MigrationAppUnknown,
  migrate,
  type MigrateEvent,
  planMigrations,
  type PlanStep,
  pruneHistory,
  readHistory,
  runAfterMigrate,
} from "../../orm/index.js";
import { createTaskTables } from "../../project/index.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "../options.js";
import {
  databaseOf,
  type DatabaseOptions,
  databaseOption,
  engineOf,
  noInputOption,
  type OpenedMigrations,
  openMigrations,
  print,
  withDatabase,
} from "./open-migrations.js";

interface Options extends ProjectOptions, DatabaseOptions {
  readonly check?: boolean;
  readonly checkSafety?: boolean;
  readonly fake?: boolean;
  readonly fakeInitial?: boolean;
  readonly lockTimeout?: number;
  readonly plan?: boolean;
  readonly prune?: boolean;
}

/** `hotclub migrate` */
export function migrateCommand(): Command {
  return withProjectOption(new Command("migrate"))
    .description("Bring the database to where the migrations lead, or to one of them.")
    .argument("[app]", "go to the end of this app's migrations only")
    .argument("[name]", "go to this one, backward where needed; zero: before the first")
    .addOption(new Option("--check", "do nothing; exit with 1 where there is something to do"))
    .addOption(new Option("--check-safety", "do nothing; exit with 1 where code that runs would break or wait"))
    .addOption(new Option("--plan", "print what would be done"))
    .addOption(new Option("--fake", "write down that it is done, and do nothing"))
    .addOption(new Option("--fake-initial", "the same for first migrations whose tables are there with all columns"))
    .addOption(new Option("--prune", "forget what is written down of an app's migrations that are there no longer"))
    .addOption(databaseOption())
    .addOption(noInputOption())
    .addOption(new Option("--no-input").hideHelp())
    .addOption(
      new Option("--lock-timeout <ms>", "how long a statement waits for the lock of a table before all is tried again")
        .argParser(wholeNumber(1, 3_600_000))
        .default(5000),
    )
    .action(async (app: string | undefined, name: string | undefined, options: Options) => {
      const project = await openMigrations(options);
      const database = databaseOf(project, options);
      await withDatabase(database, async (using) => {
        const target = { app, name, using };
        if (options.prune === true) await prune(project, target);
        else if (options.checkSafety === true) await showProblems(project, target, engineOf(database.url));
        else if (options.check === true || options.plan === true) await showPlan(project, target, options);
        else await apply(project, target, options);
      });
    });
}

interface Target {
  readonly app: string | undefined;
  readonly name: string | undefined;
  /** The alias of the database. */
  readonly using: string;
}

async function prune({ nodes }: OpenedMigrations, { app, using }: Target): Promise<void> {
  if (app === undefined)
    throw new MigrationAppUnknown({ app: "", problem: "must be named: hotclub migrate APP --prune" });
  const gone = await pruneHistory(nodes, app, using);
  for (const key of gone) print(`Forgot ${key}`);
  if (gone.length === 0) print("Nothing to forget.");
}

async function showPlan({ nodes }: OpenedMigrations, target: Target, { check }: Options): Promise<void> {
  const { graph, applied } = await readHistory(nodes, target.using);
  graph.refuseConflicts();
  const plan = planMigrations(graph, applied, target);
  for (const step of plan) {
    print(nameOf(step));
    const { operations } = step.node.migration;
    const told = operations.map((operation) => operation.describe());
    for (const line of step.direction === "forward" ? told : told.toReversed().map((one) => `Undo: ${one}`))
      print(`  ${line}`);
  }
  if (plan.length === 0) print("Nothing to do.");
  else if (check === true) process.exitCode = 1;
}

async function showProblems({ nodes, base }: OpenedMigrations, target: Target, engine: string): Promise<void> {
  const { graph, applied } = await readHistory(nodes, target.using);
  const plan = planMigrations(graph, applied, target).filter(({ direction }) => direction === "forward");
  const before = graph.stateAfter(
    graph.nodes.filter((node) => applied.has(node)),
    base.clone(),
  );
  const problems = checkSafety(
    plan.map(({ node }) => node),
    before,
    engine,
  );
  for (const problem of problems) print(describeProblem(problem));
  if (problems.length > 0) process.exitCode = 1;
  else print("Nothing that code which runs would break or wait at.");
}

function nameOf({ node, direction }: PlanStep): string {
  return direction === "forward" ? node.key : `${node.key} (back)`;
}

async function apply(
  { apps, nodes, base, project }: OpenedMigrations,
  target: Target,
  options: Options,
): Promise<void> {
  await createUnmigratedTables(apps, "first", target.using);
  const done = await migrate(nodes, {
    ...target,
    base,
    fake: options.fake === true,
    fakeInitial: options.fakeInitial === true,
    ...(options.lockTimeout !== undefined && { lockTimeoutMs: options.lockTimeout }),
    onEvent: progress(),
  });
  await createUnmigratedTables(apps, "others", target.using);
  if (target.using === "default") await createTaskTables(project.apps);
  if (target.app === undefined && target.name === undefined) await runAfterMigrate(project.apps, target.using);
  if (done.length === 0) print("Nothing to do.");
}

/** How long a migration may take before each of its operations is told. */
const longMs = 1000;

const outcomes = { done: "done in", faked: "written down in", skipped: "was done by another process, after" } as const;

/** Prints a line for each migration, and for each operation of one that takes long. */
function progress(): (event: MigrateEvent) => void {
  let begin = 0;
  let isWaiting = false;
  return (event) => {
    switch (event.kind) {
      case "waiting":
        if (!isWaiting) print("Another process migrates the database; waiting for it …");
        isWaiting = true;
        return;
      case "begin":
        begin = performance.now();
        return;
      case "operation":
        if (performance.now() - begin > longMs) {
          print(`  … ${event.index + 1} of ${event.total}: ${event.operation.describe()}`);
        }
        return;
      case "end":
        print(`${nameOf(event.step)} ${outcomes[event.outcome]} ${Math.round(event.durationMs)} ms`);
        return;
      default:
        event satisfies never;
    }
  };
}
