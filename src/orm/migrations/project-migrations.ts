import type { AppConfig } from "../../core/index.js";
import { loadMigrations, migrationsFolder } from "./history/load-migrations.js";
import type { MigrationNode } from "./history/migration-node.js";
import { type DescribedApps, describeState } from "./state/describe-state.js";
import { ProjectState } from "./state/project-state.js";

/** All that a project's apps say of their tables: the models of now, and the migrations that lead to them. */
export interface ProjectMigrations {
  readonly apps: readonly AppConfig[];
  readonly nodes: readonly MigrationNode[];
  /** The models of now. */
  readonly current: DescribedApps;
  /** The models of apps without migrations, which are there from the begin. */
  readonly base: ProjectState;
}

/**
 * Loads the migrations of `apps` and looks at their models. `installModels` must have been called with the apps. Rejects
 * with `MigrationInvalid`.
 */
export async function loadProjectMigrations(apps: Iterable<AppConfig>): Promise<ProjectMigrations> {
  const list = [...apps];
  const nodes = await loadMigrations(list);
  const current = describeState(list);
  const migrated = new Set(list.filter((app) => migrationsFolder(app) !== undefined).map(({ name }) => name));
  const base = new ProjectState([...current.state.models.values()].filter(({ app }) => !migrated.has(app)));
  return { apps: list, nodes, current, base };
}
