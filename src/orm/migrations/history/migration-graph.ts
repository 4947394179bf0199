import { swappableLabel } from "../../swaps.js";
import { MigrationConflict, MigrationGraphInvalid, MigrationUnknown } from "../errors.js";
import { ProjectState } from "../state/project-state.js";
import { conflictingSubjects } from "./conflicts.js";
import type { MigrationNode } from "./migration-node.js";

/** The migrations of a project and what each depends on, after squashed ones have taken the place of those they replace. */
export class MigrationGraph {
  readonly #nodes = new Map<string, MigrationNode>();
  readonly #parents = new Map<string, string[]>();
  readonly #children = new Map<string, string[]>();
  /** What stands for a migration that was replaced. */
  readonly #replacements = new Map<string, string>();
  readonly #order: readonly MigrationNode[];
  readonly #places = new Map<string, number>();

  /**
   * `applied` has the keys of the migrations that a database has had, for the choice between a squashed migration and
   * those that it replaces: where some of them are applied and some not, they are taken, otherwise it is. Throws
   * `MigrationGraphInvalid`.
   */
  constructor(nodes: Iterable<MigrationNode>, applied: ReadonlySet<string> = new Set()) {
    const all = new Map<string, MigrationNode>();
    for (const node of nodes) {
      if (all.has(node.key)) throw new MigrationGraphInvalid({ problem: `there are two migrations ${node.key}` });
      all.set(node.key, node);
    }
    this.#chooseNodes(all, applied);
    for (const node of this.#nodes.values()) this.#parents.set(node.key, []);
    for (const node of this.#nodes.values()) {
      for (const dependency of node.migration.dependencies) this.#connect(node.key, dependency, node);
      for (const key of node.migration.runBefore) {
        if (this.#nodes.has(key) || this.#replacements.has(key)) this.#connect(this.#standIn(key), node.key, node);
      }
      for (const dependency of this.#inherited(node, all)) this.#connect(node.key, dependency, node);
    }
    for (const parents of this.#parents.values()) parents.sort();
    this.#order = this.#sort();
    for (const [place, { key }] of this.#order.entries()) this.#places.set(key, place);
  }

  #chooseNodes(all: ReadonlyMap<string, MigrationNode>, applied: ReadonlySet<string>): void {
    const dropped = new Set<string>();
    // Those that replace squashed ones come last, and see what was made of them.
    const squashed = [...all.values()].filter(({ migration }) => migration.replaces.length > 0);
    for (const node of squashed) {
      const { replaces } = node.migration;
      const present = replaces.filter((key) => all.has(key));
      const appliedCount = present.filter((key) => isApplied(key, all, applied)).length;
      const isPartial = appliedCount > 0 && appliedCount < present.length && !applied.has(node.key);
      if (isPartial) dropped.add(node.key);
      else for (const key of present) dropped.add(key);
    }
    for (const [key, node] of all) if (!dropped.has(key)) this.#nodes.set(key, node);
    for (const { key, migration } of squashed) {
      if (!this.#nodes.has(key)) continue;
      for (const replaced of migration.replaces) this.#replacements.set(replaced, key);
    }
  }

  /** What the replaced migrations depend on outside of themselves. */
  #inherited(node: MigrationNode, all: ReadonlyMap<string, MigrationNode>): string[] {
    const inside = new Set(node.migration.replaces);
    return node.migration.replaces
      .flatMap((key) => all.get(key)?.migration.dependencies ?? [])
      .filter((key) => !inside.has(key) && this.#standIn(key) !== node.key);
  }

  #standIn(key: string): string {
    let current = key;
    for (let next = this.#replacements.get(current); next !== undefined; next = this.#replacements.get(current)) {
      current = next;
    }
    return current;
  }

  #connect(child: string, dependency: string, declaredBy: MigrationNode): void {
    const parent = this.#resolve(dependency, declaredBy);
    if (parent === undefined || parent === child) return;
    const parents = this.#parents.get(child);
    if (parents === undefined || parents.includes(parent)) return;
    parents.push(parent);
    const children = this.#children.get(parent);
    if (children === undefined) this.#children.set(parent, [child]);
    else children.push(child);
  }

  #resolve(dependency: string, declaredBy: MigrationNode): string | undefined {
    const [, app = "", end] = /^(.+)\.__(first|latest)__$/.exec(dependency) ?? [];
    if (end !== undefined) {
      const own = [...this.#nodes.values()].filter((node) => node.app === app).map(({ key }) => key);
      // An app without migrations has its tables before any migration runs.
      return own.sort().at(end === "first" ? 0 : -1);
    }
    const key = this.#standIn(dependency);
    if (this.#nodes.has(key)) return key;
    const maker = this.#makerOf(dependency, declaredBy);
    if (maker !== undefined) return maker.key;
    // The project's own model, which its next migration makes, or whose app has none.
    if (swappableLabel(dependency) !== undefined) return undefined;
    throw new MigrationGraphInvalid({ problem: `${declaredBy.key} depends on ${dependency}, which is not there` });
  }

  /** The migration that makes the model called `label`, which a dependency may be said by where it may be swapped. */
  #makerOf(label: string, declaredBy: MigrationNode): MigrationNode | undefined {
    const app = label.slice(0, label.indexOf("."));
    return [...this.#nodes.values()]
      .filter((node) => node.app === app && node !== declaredBy)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .find(({ migration }) => migration.operations.some((operation) => operation.makes(app).includes(label)));
  }

  /** Each after what it depends on; among equals by app and name, so that the order is the same everywhere. */
  #sort(): MigrationNode[] {
    const sorted: MigrationNode[] = [];
    const done = new Set<string>();
    const visiting: string[] = [];
    const visit = (key: string): void => {
      if (done.has(key)) return;
      if (visiting.includes(key)) {
        const circle = [...visiting.slice(visiting.indexOf(key)), key].join(" -> ");
        throw new MigrationGraphInvalid({ problem: `${circle} depend on each other in a circle` });
      }
      visiting.push(key);
      for (const parent of this.#parents.get(key) ?? []) visit(parent);
      visiting.pop();
      done.add(key);
      const node = this.#nodes.get(key);
      if (node !== undefined) sorted.push(node);
    };
    for (const key of [...this.#nodes.keys()].sort()) visit(key);
    return sorted;
  }

  /** All migrations, each after what it depends on. */
  get nodes(): readonly MigrationNode[] {
    return this.#order;
  }

  get(key: string): MigrationNode | undefined {
    return this.#nodes.get(this.#standIn(key));
  }

  /** The keys of the migrations that `key` depends on directly. */
  parentsOf(key: string): readonly string[] {
    return this.#parents.get(key) ?? [];
  }

  /** The migrations of an app that no other of the app comes after. */
  leavesOf(app: string): readonly MigrationNode[] {
    return this.#order.filter(
      (node) =>
        node.app === app && !(this.#children.get(node.key) ?? []).some((key) => this.#nodes.get(key)?.app === app),
    );
  }

  /** The apps that have migrations. */
  get apps(): readonly string[] {
    return [...new Set(this.#order.map(({ app }) => app))].sort();
  }

  /** `keys` and all that they depend on, in order. */
  upTo(keys: Iterable<string>): readonly MigrationNode[] {
    return this.#reach(keys, (key) => this.#parents.get(key) ?? []);
  }

  /** `keys` and all that depends on them, in order. */
  from(keys: Iterable<string>): readonly MigrationNode[] {
    return this.#reach(keys, (key) => this.#children.get(key) ?? []);
  }

  #reach(keys: Iterable<string>, next: (key: string) => readonly string[]): readonly MigrationNode[] {
    const reached = new Set<string>();
    const waiting = [...keys];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (reached.has(key)) continue;
      reached.add(key);
      waiting.push(...next(key));
    }
    return [...reached]
      .map((key) => this.#nodes.get(key))
      .filter((node) => node !== undefined)
      .sort((a, b) => (this.#places.get(a.key) ?? 0) - (this.#places.get(b.key) ?? 0));
  }

  /** Throws `MigrationConflict` where an app has two ends. */
  refuseConflicts(): void {
    for (const app of this.apps) {
      const leaves = this.leavesOf(app);
      if (leaves.length < 2) continue;
      throw new MigrationConflict({
        app,
        leaves: leaves.map(({ name }) => name),
        touching: conflictingSubjects(this, leaves),
      });
    }
  }

  /** The migration of `app` whose name begins with `text`. Throws `MigrationUnknown`. */
  find(app: string, text: string): MigrationNode {
    const own = this.#order.filter((node) => node.app === app);
    const exact = own.find(({ name }) => name === text) ?? this.get(`${app}.${text}`);
    if (exact !== undefined) return exact;
    const candidates = own.filter(({ name }) => name.startsWith(text));
    const [found] = candidates;
    if (found !== undefined && candidates.length === 1) return found;
    throw new MigrationUnknown({ app, name: text, candidates: candidates.map(({ name }) => name) });
  }

  /** The models after all migrations in `nodes`, which are in order. Default: all. */
  stateAfter(nodes: Iterable<MigrationNode> = this.#order, state: ProjectState = new ProjectState()): ProjectState {
    for (const { app, migration } of nodes)
      for (const operation of migration.operations) operation.changeState(app, state);
    return state;
  }
}

/** Whether a database has had a migration, or all that it replaces. */
function isApplied(key: string, all: ReadonlyMap<string, MigrationNode>, applied: ReadonlySet<string>): boolean {
  if (applied.has(key)) return true;
  const replaces = all.get(key)?.migration.replaces ?? [];
  return replaces.length > 0 && replaces.every((one) => isApplied(one, all, applied));
}
