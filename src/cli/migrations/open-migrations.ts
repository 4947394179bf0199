import {
  closeDatabases,
  connectDatabase,
  databases,
  installModels,
  loadProjectMigrations,
  type ProjectMigrations,
} from "../../orm/index.js";
import type { Project } from "../../project/index.js";
import { findProjectFile, loadProject } from "../load-project.js";
import type { ProjectOptions } from "../options.js";

/** A project's migrations, and the project itself. */
export interface OpenedMigrations extends ProjectMigrations {
  readonly project: Project;
}

/** Loads the project that a command is about, with its migrations. Connects to nothing. */
export async function openMigrations({ project: file }: ProjectOptions): Promise<OpenedMigrations> {
  const project = await loadProject(findProjectFile(file));
  installModels(project.apps);
  return { project, ...(await loadProjectMigrations(project.apps)) };
}

/** Runs `work` while the project's database is connected. */
export async function withDatabase<T>({ project }: OpenedMigrations, work: () => Promise<T>): Promise<T> {
  databases.set("default", await connectDatabase(project.settings.databaseUrl));
  try {
    return await work();
  } finally {
    await closeDatabases();
  }
}

/** Prints a line. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** The kind of database that a URL names. */
export function engineOf(databaseUrl: string): string {
  return databaseUrl.startsWith("sqlite:") ? "sqlite" : "postgres";
}
