import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { isProject, isProjectOfAnyCopy, type Project, ProjectNotFound } from "../project/index.js";

/** Where a project is looked for when nobody says where it is. */
const usualFiles = ["project.ts", "project.js", "src/project.ts", "src/project.js", "dist/project.js"];

/** The file of the project: `given`, or `hotclub.project` in package.json, or one of the usual names. Throws `ProjectNotFound`. */
export function findProjectFile(given: string | undefined, directory: string = process.cwd()): string {
  const named = given ?? namedInPackage(directory);
  if (named !== undefined) {
    const path = resolve(directory, named);
    if (existsSync(path)) return path;
    throw new ProjectNotFound({ looked: path, problem: "there is no such file" });
  }
  const found = usualFiles.map((file) => resolve(directory, file)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new ProjectNotFound({ looked: directory, problem: `none of ${usualFiles.join(", ")} is there` });
}

function namedInPackage(directory: string): string | undefined {
  const path = resolve(directory, "package.json");
  if (!existsSync(path)) return undefined;
  const contents = JSON.parse(readFileSync(path, "utf8")) as { hotclub?: { project?: unknown } };
  const project = contents.hotclub?.project;
  return typeof project === "string" ? project : undefined;
}

/** Imports the project of a file; TypeScript runs as it is. Rejects with `ProjectNotFound` or what the file throws. */
export async function loadProject(file: string): Promise<Project> {
  if (!isEsModule(file)) {
    // Node would take it for CommonJS, and say so in words that help nobody.
    throw new ProjectNotFound({
      looked: file,
      problem: 'it is no ES module; put "type": "module" into its package.json',
    });
  }
  if (/\.[mc]?ts$/.test(file)) {
    // What is imported from here on goes through another thread, and costs three times as much. These two bring most of
    // what a project imports.
    await Promise.all([import("../auth/index.js"), import("../admin/index.js")]);
    const { register } = await import("tsx/esm/api");
    register();
  }
  const { default: project } = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (isProject(project)) return project;
  const problem = isProjectOfAnyCopy(project)
    ? "it was made by another copy of hotclub than the one that this command belongs to"
    : "its default export is not made by defineProject";
  throw new ProjectNotFound({ looked: file, problem });
}

/** Whether Node takes a file for an ES module, by its ending or by the nearest package.json. */
function isEsModule(file: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const path = resolve(directory, "package.json");
    if (existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as { type?: unknown }).type === "module";
    if (directory === dirname(directory)) return false;
  }
}
