import { MigrationInvalid } from "./errors.js";
import { MigrationGraph } from "./history/migration-graph.js";
import type { NewMigration } from "./make-migrations.js";
import { optimize } from "./optimizer/optimize.js";
import type { ProjectMigrations } from "./project-migrations.js";
import { textOf, writeMigration } from "./writer/write-migration.js";

/**
 * The last migration of an app with the operations of a new one added, and put together with its own: for a migration
 * that was applied nowhere yet. Throws `MigrationInvalid` where it cannot be written anew.
 */
export function updateMigration(project: ProjectMigrations, added: NewMigration): NewMigration {
  const graph = new MigrationGraph(project.nodes);
  const { app } = added;
  const [last] = graph.leavesOf(app);
  if (last?.file === undefined) {
    throw new MigrationInvalid({
      migration: `${app}.${added.name}`,
      problem: "is the first: there is none to add it to",
    });
  }
  const refuse = (problem: string): never => {
    throw new MigrationInvalid({ migration: last.key, problem: `cannot be added to: ${problem}` });
  };
  const { migration } = last;
  if (migration.replaces.length > 0) refuse("it stands for others");
  const next = graph.from([last.key]).filter((node) => node !== last);
  if (next.length > 0) refuse(`${next.map(({ key }) => key).join(", ")} depends on it`);
  if (migration.operations.some((operation) => operation.toCall() === undefined)) {
    refuse("it has code, which only its own file can hold; write the operations into it by hand");
  }
  const dependencies = [...new Set([...migration.dependencies, ...added.dependencies])].filter(
    (key) => key !== last.key,
  );
  const operations = optimize([...migration.operations, ...added.operations], app);
  return {
    ...added,
    name: last.name,
    file: last.file,
    operations,
    dependencies,
    text: writeMigration({ ...textOf(migration), operations, dependencies }),
    before: graph.stateAfter(
      graph.upTo([last.key]).filter((node) => node !== last),
      project.base.clone(),
    ),
  };
}
