import { join } from "node:path";

import { MigrationUnknown } from "./errors.js";
import { migrationsFolder } from "./history/load-migrations.js";
import { MigrationGraph } from "./history/migration-graph.js";
import type { MigrationNode } from "./history/migration-node.js";
import { numberOf } from "./names.js";
import type { Operation } from "./operations/operation.js";
import { optimize } from "./optimizer/optimize.js";
import type { ProjectMigrations } from "./project-migrations.js";
import { type BorrowedOperation, textOf, writeMigration } from "./writer/write-migration.js";

/** Options of `squashMigrations`. */
export interface SquashOptions {
  readonly app: string;
  /** The first migration. Default: the app's first. */
  readonly start?: string | undefined;
  /** The last one. */
  readonly end: string;
  /** The name of the new one, without its number. Default: `squashed_` and the name of the last one. */
  readonly name?: string | undefined;
  /** Whether to put operations together. Default true. */
  readonly optimize?: boolean;
}

/** One migration that stands for several. */
export interface SquashedMigration {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly replaces: readonly string[];
  /** How many operations the replaced ones have. */
  readonly before: number;
  readonly operations: readonly Operation[];
  /** Operations that are taken from the replaced files, because only those can make them. */
  readonly borrowed: readonly Operation[];
}

/**
 * Makes one migration of several of an app, to be written beside them. A database that has had all of them takes it for
 * applied; one that has had none applies it in their place. Throws `MigrationUnknown`.
 */
export function squashMigrations(
  project: ProjectMigrations,
  { app, start, end, name, optimize: isOptimized = true }: SquashOptions,
): SquashedMigration {
  const graph = new MigrationGraph(project.nodes);
  const last = graph.find(app, end);
  const line = graph.upTo([last.key]).filter((node) => node.app === app);
  const first = start === undefined ? line[0] : graph.find(app, start);
  const begin = first === undefined ? -1 : line.indexOf(first);
  if (first === undefined || begin < 0) throw new MigrationUnknown({ app, name: start ?? "", candidates: [] });
  const chosen = line.slice(begin);
  const places = placesOf(chosen);
  const kept = [...places.keys()].filter((operation) => !operation.isElidable);
  const operations = isOptimized ? optimize(kept, app) : kept;
  // One that replaces others itself stands for those: they may be gone by then.
  const replaces = chosen.flatMap(({ key, migration }) =>
    migration.replaces.length > 0 ? [...migration.replaces, key] : [key],
  );
  const inside = new Set(chosen.map(({ key }) => key));
  const dependencies = [...new Set(chosen.flatMap(({ key }) => graph.parentsOf(key)))]
    .filter((key) => !inside.has(key))
    .sort();
  const number = String(numberOf(first.name)).padStart(4, "0");
  const title = name ?? `squashed_${last.name}`;
  const squashedName = `${number}_${title}`;
  const folder = migrationsFolder(project.apps.find((one) => one.name === app) ?? { name: app }) ?? "";
  return {
    name: squashedName,
    file: join(folder, `${squashedName}.${last.file?.endsWith("js") === true ? "js" : "ts"}`),
    text: writeMigration({ replaces, dependencies, operations, borrowed: places }),
    replaces,
    before: places.size,
    operations,
    borrowed: operations.filter((operation) => operation.toCall() === undefined),
  };
}

function placesOf(nodes: readonly MigrationNode[]): ReadonlyMap<Operation, BorrowedOperation> {
  return new Map(
    nodes.flatMap(({ name, migration }) =>
      migration.operations.map((operation, index) => [operation, { migration: name, index }] as const),
    ),
  );
}

/** A migration's file with its operations put together; `undefined` where there is nothing to put together. */
export function optimizeMigration(node: MigrationNode): string | undefined {
  const { app, migration, name } = node;
  const operations = optimize(migration.operations, app);
  if (operations.length === migration.operations.length) return undefined;
  const borrowed = new Map(
    migration.operations.map((operation, index) => [operation, { migration: name, index }] as const),
  );
  const isSelfContained = operations.every((operation) => operation.toCall() !== undefined);
  // Code stands in the file itself, which would take it from itself.
  return isSelfContained ? writeMigration({ ...textOf(migration), operations, borrowed }) : undefined;
}
