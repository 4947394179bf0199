import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { detectChanges } from "./detector/detector.js";
import type { KnownAnswers, Questioner } from "./detector/questioner.js";
import type { MigrationDraft } from "./detector/split-migrations.js";
import { MigrationAppUnknown, MigrationConflict } from "./errors.js";
import { conflictingSubjects } from "./history/conflicts.js";
import { migrationFiles, migrationsFolder } from "./history/load-migrations.js";
import { MigrationGraph } from "./history/migration-graph.js";
import { suggestName } from "./names.js";
import type { Operation } from "./operations/operation.js";
import { optimize } from "./optimizer/optimize.js";
import type { ProjectMigrations } from "./project-migrations.js";
import { isSwappedOut, swappableLabel } from "../swaps.js";
import { labelOf } from "./state/model-state.js";
import { ProjectState } from "./state/project-state.js";
import { writeMigration } from "./writer/write-migration.js";

/** Options of `makeMigrations`. */
export interface MakeMigrationsOptions {
  readonly questioner: Questioner;
  readonly answers?: KnownAnswers;
  /** The apps to write for, with what these depend on. Default: all that are a part of the project itself. */
  readonly only?: readonly string[];
  /** The name of the migration after its number. Default: made from what it does. */
  readonly name?: string | undefined;
  /** One migration without operations for each of `only`, to be filled in by hand. Default false. */
  readonly empty?: boolean;
}

/** A migration that is to be written. */
export interface NewMigration {
  readonly app: string;
  readonly name: string;
  readonly file: string;
  readonly operations: readonly Operation[];
  readonly dependencies: readonly string[];
  readonly text: string;
  /** The models before it. */
  readonly before: ProjectState;
}

/** Finds what the models have that the migrations do not lead to, as files that are still to be written. */
export async function makeMigrations(
  project: ProjectMigrations,
  options: MakeMigrationsOptions,
): Promise<NewMigration[]> {
  const graph = new MigrationGraph(project.nodes);
  graph.refuseConflicts();
  for (const app of options.only ?? []) folderOf(project, app);
  const from = graph.stateAfter(graph.nodes, project.base.clone());
  const drafts = options.empty === true ? emptyDrafts(options.only ?? []) : await detect(project, from, options);
  return nameDrafts(project, graph, drafts, from, options.name);
}

async function detect(
  project: ProjectMigrations,
  from: ProjectState,
  { questioner, answers, only }: MakeMigrationsOptions,
): Promise<MigrationDraft[]> {
  const { state, computedDefaults } = project.current;
  const own = ownApps(project);
  const wanted = new Set(only ?? own);
  // Of apps that are somebody else's nothing is asked, and nothing is written.
  const isCurrent = (app: string) => wanted.has(app) || own.includes(app);
  const to = new ProjectState([
    ...[...state.models.values()].filter(({ app }) => isCurrent(app)),
    ...[...from.models.values()].filter((model) => !isCurrent(model.app) || isSwappedOut(labelOf(model))),
  ]);
  const drafts = await detectChanges(from, to, { questioner, computedDefaults, ...(answers && { answers }) });
  if (only === undefined) return drafts;
  const kept = new Set<MigrationDraft>();
  const keep = (draft: MigrationDraft): void => {
    if (kept.has(draft)) return;
    kept.add(draft);
    const place = drafts.indexOf(draft);
    for (const earlier of drafts.slice(0, place))
      if (earlier.app === draft.app || draft.after.includes(earlier)) keep(earlier);
  };
  for (const draft of drafts) if (wanted.has(draft.app)) keep(draft);
  return drafts.filter((draft) => kept.has(draft));
}

function emptyDrafts(apps: readonly string[]): MigrationDraft[] {
  return apps.map((app) => ({ app, operations: [], after: [] }));
}

/** Apps of the project itself: packages that are installed bring their migrations along. */
function ownApps({ apps }: ProjectMigrations): string[] {
  return apps
    .filter((app) => {
      const folder = migrationsFolder(app);
      return folder !== undefined && !/[\\/]node_modules[\\/]/.test(folder);
    })
    .map(({ name }) => name);
}

function folderOf({ apps }: ProjectMigrations, name: string): string {
  const app = apps.find((one) => one.name === name);
  if (app === undefined) throw new MigrationAppUnknown({ app: name, problem: "is not installed" });
  const folder = migrationsFolder(app);
  if (folder !== undefined) return folder;
  throw new MigrationAppUnknown({
    app: name,
    problem: "does not say where its migrations are; give it migrations: new URL('./migrations/', import.meta.url)",
  });
}

function nameDrafts(
  project: ProjectMigrations,
  graph: MigrationGraph,
  drafts: readonly MigrationDraft[],
  from: ProjectState,
  title: string | undefined,
): NewMigration[] {
  const keys = new Map<MigrationDraft, string>();
  const last = new Map<string, string>();
  const names = new Map<string, string[]>();
  const state = from.clone();
  return drafts.map((draft) => {
    const { app } = draft;
    const folder = folderOf(project, app);
    const before = names.get(app) ?? [...migrationFiles(folder).keys()];
    const operations = optimize(draft.operations, app);
    const suggested = suggestName(operations, before);
    const name = title === undefined ? suggested : suggested.replace(/_.*$/, `_${title}`);
    const key = `${app}.${name}`;
    const own = last.get(app) ?? graph.leavesOf(app)[0]?.key;
    const others = foreignDependencies(draft, operations, graph, keys);
    const dependencies = [...new Set([...(own === undefined ? [] : [own]), ...others.sort()])];
    keys.set(draft, key);
    last.set(app, key);
    names.set(app, [...before, name]);
    const stateBefore = state.clone();
    for (const operation of operations) operation.changeState(app, state);
    const file = join(folder, `${name}.${fileType(folder)}`);
    return {
      app,
      name,
      file,
      operations,
      dependencies,
      text: writeMigration({ dependencies, operations }),
      before: stateBefore,
    };
  });
}

/** What a draft needs of other apps. */
function foreignDependencies(
  draft: MigrationDraft,
  operations: readonly Operation[],
  graph: MigrationGraph,
  keys: ReadonlyMap<MigrationDraft, string>,
): string[] {
  const appOf = (label: string) => label.split(".")[0] ?? "";
  const labels = operations
    .flatMap((operation) => operation.references(draft.app))
    .filter((label) => appOf(label) !== draft.app);
  // Which model one that may be swapped is, and which migration makes it, is another question in each project.
  const swappables = labels.filter((label) => swappableLabel(label) !== undefined);
  const fixed = new Set(labels.filter((label) => !swappables.includes(label)).map(appOf));
  const swapped = new Set(swappables.map(appOf).filter((app) => !fixed.has(app)));
  const after = draft.after.filter(({ app }) => !swapped.has(app));
  // A draft that comes later in the other app's row stands for its leaf.
  const replaced = new Set(draft.after.map(({ app }) => app));
  const leaves = [...fixed].filter((app) => !replaced.has(app)).flatMap((app) => graph.leavesOf(app)[0]?.key ?? []);
  return [...after.map((other) => keys.get(other)).filter((key) => key !== undefined), ...leaves, ...swappables];
}

/** The files of one folder are of one type; TypeScript, unless they or the project are not. */
function fileType(folder: string): "ts" | "js" {
  const [file] = migrationFiles(folder).values();
  if (file !== undefined) return file.endsWith("js") ? "js" : "ts";
  const parent = dirname(folder);
  const isScript = ["project", "app", "models", "index"].some((name) => existsSync(join(parent, `${name}.ts`)));
  return isScript || !["project", "app", "models", "index"].some((name) => existsSync(join(parent, `${name}.js`)))
    ? "ts"
    : "js";
}

/** Writes the files of migrations. Rejects when one is there already, unless that is to be overwritten. */
export async function writeMigrationFiles(
  migrations: readonly Pick<NewMigration, "file" | "text">[],
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<void> {
  for (const { file, text } of migrations) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: overwrite ? "w" : "wx" });
  }
}

/**
 * Joins the ends of apps that have several, as two branches of a project's history leave them. Rejects with
 * `MigrationConflict` where both touch the same thing, unless `force` says that their order does not matter.
 */
export function mergeMigrations(
  project: ProjectMigrations,
  { force = false, name }: { readonly force?: boolean; readonly name?: string | undefined } = {},
): NewMigration[] {
  const graph = new MigrationGraph(project.nodes);
  const merged: NewMigration[] = [];
  for (const app of graph.apps) {
    const leaves = graph.leavesOf(app);
    if (leaves.length < 2) continue;
    const touching = conflictingSubjects(graph, leaves);
    if (touching.length > 0 && !force) {
      throw new MigrationConflict({ app, leaves: leaves.map((leaf) => leaf.name), touching });
    }
    const folder = folderOf(project, app);
    const before = [...migrationFiles(folder).keys()];
    const title = name ?? `merge_${leaves.map((leaf) => leaf.name.replace(/^(\d+).*$/, "$1")).join("_")}`;
    const mergedName = suggestName([], before.length === 0 ? ["0000"] : before).replace(/_.*$/, `_${title}`);
    const dependencies = leaves.map(({ key }) => key).sort();
    merged.push({
      app,
      name: mergedName,
      file: join(folder, `${mergedName}.${fileType(folder)}`),
      operations: [],
      dependencies,
      text: writeMigration({ dependencies, operations: [] }),
      before: graph.stateAfter(graph.nodes, project.base.clone()),
    });
  }
  return merged;
}
