import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { type AppConfig, toError } from "../../../core/index.js";
import { MigrationInvalid } from "../errors.js";
import { isMigration, isMigrationOfAnyCopy, type Migration } from "../migration.js";
import { keyOf, type MigrationNode } from "./migration-node.js";

declare module "../../../core/app.js" {
  interface AppParts {
    /**
     * The folder of the app's migrations, usually `new URL("./migrations/", import.meta.url)`. An app without has its
     * tables made from its models at start, and never changed.
     */
    readonly migrations?: URL | string;
  }
}

/** Names of migrations: of files without their ending. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_]*$/;
const filePattern = /^(?<name>.+?)\.(?<type>ts|mts|js|mjs)$/;

/** The folder of an app's migrations, or `undefined` for an app that has none. */
export function migrationsFolder({ migrations }: AppConfig): string | undefined {
  return migrations instanceof URL ? fileURLToPath(migrations) : migrations;
}

/** Whether an app has migrations, so that its tables are not made from its models at start. */
export function hasMigrations(app: AppConfig): boolean {
  const folder = migrationsFolder(app);
  return folder !== undefined && migrationFiles(folder).size > 0;
}

/** The files of a folder of migrations, by the names of the migrations, in order. */
export function migrationFiles(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const { name, type } = filePattern.exec(file)?.groups ?? {};
    if (name === undefined || name.endsWith(".d") || name === "index" || !namePattern.test(name)) continue;
    // Where a compiler wrote its output beside the source, the source is the one that is edited.
    if (files.has(name) && type?.endsWith("js") === true) continue;
    files.set(name, join(folder, file));
  }
  return files;
}

/** Loads the migrations of all apps. Rejects with `MigrationInvalid` for a file that holds none. */
export async function loadMigrations(apps: Iterable<AppConfig>): Promise<MigrationNode[]> {
  const loading: Promise<MigrationNode>[] = [];
  for (const app of apps) {
    const folder = migrationsFolder(app);
    if (folder === undefined) continue;
    for (const [name, file] of migrationFiles(folder)) loading.push(loadNode(app.name, name, file));
  }
  return Promise.all(loading);
}

async function loadNode(app: string, name: string, file: string): Promise<MigrationNode> {
  return { key: keyOf(app, name), app, name, file, migration: await loadMigration(keyOf(app, name), file) };
}

async function loadMigration(key: string, file: string): Promise<Migration> {
  let exported: unknown;
  try {
    exported = ((await importMigration(file)) as { default?: unknown }).default;
  } catch (thrown) {
    if (thrown instanceof MigrationInvalid) throw thrown;
    const problem = `cannot be loaded: ${toError(thrown).message}`;
    throw new MigrationInvalid({ migration: key, problem }, { cause: thrown });
  }
  if (isMigration(exported)) return exported;
  const problem = isMigrationOfAnyCopy(exported)
    ? "was made by another copy of hotclub than the one that loads it"
    : `has no default export that is made by migration() (${file})`;
  throw new MigrationInvalid({ migration: key, problem });
}

/** In Node without a loader for TypeScript, the output beside it is meant. */
async function importMigration(file: string): Promise<unknown> {
  const compiled = file.replace(/ts$/, "js");
  try {
    return await import(pathToFileURL(file).href);
  } catch (thrown) {
    const isUnknownType = (thrown as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION";
    if (!isUnknownType || !existsSync(compiled)) throw thrown;
    return import(pathToFileURL(compiled).href);
  }
}
