import { InvalidArgumentError, Option } from "commander";

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

/** As `--no-input` is written by people who come from Django; commands that ask nothing take it too. */
export function noInputOption(): Option {
  return new Option("--noinput").hideHelp();
}

/** Another database than the project's. */
export interface DatabaseOptions {
  readonly database?: GivenDatabase;
}

interface GivenDatabase {
  readonly url: string;
  readonly alias: string;
}

/** `--database sqlite:other.db`, `--database analytics=postgres://…` */
export function databaseOption(): Option {
  return new Option(
    "--database <url>",
    "another database than DATABASE_URL: its URL, or the name that routers know and its URL: analytics=postgres://…",
  ).argParser((text: string): GivenDatabase => {
    const [, alias = "default", url = ""] = /^(?:(\w+)=)?(\w+:.+)$/.exec(text) ?? [];
    if (url === "") throw new InvalidArgumentError("It must be a URL, or NAME=URL.");
    return { alias, url };
  });
}

/** The database that a command is about. */
export function databaseOf({ project }: OpenedMigrations, { database }: DatabaseOptions): GivenDatabase {
  return database ?? { alias: "default", url: project.settings.databaseUrl };
}

/** Runs `work` while a database is connected, and gives it the alias. */
export async function withDatabase<T>({ alias, url }: GivenDatabase, work: (alias: string) => Promise<T>): Promise<T> {
  databases.set(alias, await connectDatabase(url));
  try {
    return await work(alias);
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
