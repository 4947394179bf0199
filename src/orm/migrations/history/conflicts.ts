import type { MigrationNode } from "./migration-node.js";

/** The part of a graph that this needs. */
interface Ancestry {
  upTo(keys: Iterable<string>): readonly MigrationNode[];
}

/** The migrations of the leaf's app that lead to it and to none of the others. */
export function branchOf(graph: Ancestry, leaf: MigrationNode, leaves: readonly MigrationNode[]): MigrationNode[] {
  const others = new Set(
    leaves.filter((one) => one !== leaf).flatMap(({ key }) => graph.upTo([key]).map((node) => node.key)),
  );
  return graph.upTo([leaf.key]).filter((node) => node.app === leaf.app && !others.has(node.key));
}

/** What more than one of the branches that end in `leaves` is about, so that their order matters. */
export function conflictingSubjects(graph: Ancestry, leaves: readonly MigrationNode[]): readonly string[] {
  const branches = leaves.map((leaf) => subjectsOf(branchOf(graph, leaf, leaves)));
  const conflicts = new Set<string>();
  for (const [index, branch] of branches.entries()) {
    for (const other of branches.slice(index + 1)) {
      for (const one of branch) for (const two of other) if (overlap(one, two)) conflicts.add(longer(one, two));
    }
  }
  return [...conflicts].sort();
}

function subjectsOf(nodes: readonly MigrationNode[]): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ app, key, migration }) =>
      // Code and SQL may be about anything of their app.
      migration.operations.flatMap(
        (operation) => operation.subjects(app) ?? [`${app} (${operation.describe()} in ${key})`],
      ),
    ),
  );
}

/** Whether two things are the same, or one is a part of the other. */
function overlap(one: string, two: string): boolean {
  const isAnything = (text: string) => text.includes(" (");
  if (isAnything(one) || isAnything(two)) return one.split(/[. ]/, 1)[0] === two.split(/[. ]/, 1)[0];
  return one === two || one.startsWith(`${two}.`) || two.startsWith(`${one}.`);
}

function longer(one: string, two: string): string {
  return two.length > one.length ? two : one;
}
