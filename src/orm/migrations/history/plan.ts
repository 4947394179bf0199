import { MigrationAppUnknown, MigrationHistoryInconsistent } from "../errors.js";
import type { MigrationGraph } from "./migration-graph.js";
import type { MigrationNode } from "./migration-node.js";
import type { MigrationRecord } from "./recorder.js";

/** Where to go: everything, an app's end, or one migration of it (`zero`: before its first). */
export interface MigrationTarget {
  readonly app?: string | undefined;
  /** The name of a migration or how it begins; `zero`: none. Default: the app's last. */
  readonly name?: string | undefined;
}

/** One migration to apply or to take back. */
export interface PlanStep {
  readonly node: MigrationNode;
  readonly direction: "forward" | "backward";
}

/** What a database has had of the migrations of a graph. */
export class AppliedMigrations {
  readonly records: ReadonlyMap<string, MigrationRecord>;

  constructor(records: ReadonlyMap<string, MigrationRecord>) {
    this.records = records;
  }

  /** The keys of those that are wholly applied, by what is written down. */
  get keys(): ReadonlySet<string> {
    return new Set([...this.records.values()].filter(({ appliedAt }) => appliedAt !== undefined).map(({ key }) => key));
  }

  /** Whether a migration is applied, or all those that it replaces. */
  has({ key, migration }: MigrationNode): boolean {
    if (this.records.get(key)?.appliedAt !== undefined) return true;
    const { replaces } = migration;
    return replaces.length > 0 && replaces.every((one) => this.records.get(one)?.appliedAt !== undefined);
  }

  /** How many operations are done of a migration that was cut short. */
  doneOf({ key }: MigrationNode): number {
    const record = this.records.get(key);
    return record === undefined || record.appliedAt !== undefined ? 0 : record.done;
  }
}

/** The steps that lead to `target`. Throws `MigrationUnknown` and `MigrationAppUnknown`. */
export function planMigrations(
  graph: MigrationGraph,
  applied: AppliedMigrations,
  { app, name }: MigrationTarget = {},
): PlanStep[] {
  if (app === undefined) return forwardPlan(graph.nodes, applied);
  const leaves = graph.leavesOf(app);
  if (leaves.length === 0) throw new MigrationAppUnknown({ app, problem: "has no migrations" });
  if (name === undefined) return forwardPlan(graph.upTo(leaves.map(({ key }) => key)), applied);
  const isBegun = (node: MigrationNode) => applied.has(node) || applied.doneOf(node) > 0;
  if (name === "zero") {
    const own = graph.nodes.filter((node) => node.app === app).map(({ key }) => key);
    return backwardPlan(graph.from(own).filter(isBegun));
  }
  const target = graph.find(app, name);
  // What comes after it in its app goes, with all that builds on that; what other apps built on itself stays.
  const later = graph.from([target.key]).filter((node) => node.app === app && node !== target);
  const backward = graph.from(later.map(({ key }) => key)).filter(isBegun);
  if (applied.has(target) && backward.length > 0) return backwardPlan(backward);
  return forwardPlan(graph.upTo([target.key]), applied);
}

function forwardPlan(nodes: readonly MigrationNode[], applied: AppliedMigrations): PlanStep[] {
  return nodes.filter((node) => !applied.has(node)).map((node) => ({ node, direction: "forward" }));
}

function backwardPlan(nodes: readonly MigrationNode[]): PlanStep[] {
  return nodes.toReversed().map((node) => ({ node, direction: "backward" }));
}

/** Throws `MigrationHistoryInconsistent` where something is applied without what it depends on. */
export function refuseInconsistency(graph: MigrationGraph, applied: AppliedMigrations, database: string): void {
  for (const node of graph.nodes) {
    if (!applied.has(node)) continue;
    for (const key of graph.parentsOf(node.key)) {
      const parent = graph.get(key);
      if (parent === undefined || applied.has(parent)) continue;
      throw new MigrationHistoryInconsistent({ applied: node.key, missing: key, database });
    }
  }
}
