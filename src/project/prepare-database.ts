import { type AppRegistry, type FrameworkSettings, getLogger } from "../core/index.js";
import {
  createTables,
  createUnmigratedTables,
  loadProjectMigrations,
  mayBePending,
  migrate,
  type MigrateEvent,
  planMigrations,
  type ProjectMigrations,
  readHistory,
  runAfterMigrate,
} from "../orm/index.js";
import { taskModels } from "../workers/index.js";

/**
 * Sees to the tables of a project that starts: applies migrations where `MIGRATE_ON_START` lets it, says otherwise
 * which are missing, and makes the tables of apps without migrations.
 */
export async function prepareDatabase(settings: FrameworkSettings, apps: AppRegistry): Promise<void> {
  await createUnmigratedTables(apps, "first");
  const migrates = migratesOnStart(settings);
  if (await mayBePending(apps)) {
    const project = await loadProjectMigrations(apps);
    if (migrates) await applyPending(project);
    else await tellPending(project);
  }
  await createUnmigratedTables(apps, "others");
  if (migrates) await runAfterMigrate(apps);
}

/**
 * Makes the tables that tasks are kept in, of a project that has tasks: once, and by whoever comes first. What is there
 * is left as it is.
 */
export async function createTaskTables(apps: AppRegistry, using?: string): Promise<void> {
  if (hasTasks(apps)) await createTables(taskModels, using === undefined ? {} : { using });
}

/** Whether a project has tasks. */
export function hasTasks(apps: AppRegistry): boolean {
  return [...apps].some(({ tasks = [] }) => tasks.length > 0);
}

function migratesOnStart({ migrateOnStart, databaseUrl }: FrameworkSettings): boolean {
  if (migrateOnStart !== "auto") return migrateOnStart === "always";
  return databaseUrl.startsWith("sqlite:") || process.env["NODE_ENV"] !== "production";
}

async function applyPending({ nodes, base }: ProjectMigrations): Promise<void> {
  let isWaiting = false;
  await migrate(nodes, {
    base,
    // Tables that were made from the models before there were migrations are taken over as they are.
    fakeInitial: true,
    onEvent(event: MigrateEvent) {
      const log = getLogger();
      if (event.kind === "waiting" && !isWaiting) log.info("another process migrates the database; waiting for it");
      isWaiting ||= event.kind === "waiting";
      if (event.kind !== "end" || event.outcome === "skipped") return;
      const { node } = event.step;
      log.info(
        `${event.outcome === "faked" ? "the tables of migration were there" : "migration applied"}: ${node.key}`,
      );
    },
  });
}

async function tellPending({ nodes }: ProjectMigrations): Promise<void> {
  const { graph, applied } = await readHistory(nodes);
  const pending = planMigrations(graph, applied).map(({ node }) => node.key);
  if (pending.length === 0) return;
  getLogger().warn({ pending }, `${pending.length} migrations are not applied; run hotclub migrate`);
}
