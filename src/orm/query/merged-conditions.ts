import type { FilterOperation, MergeOperation, OrderKey } from "./operation.js";
import type { BuildPlace, Resolved } from "./resolved.js";
import { SharedScope, type TableNode } from "./table-node.js";
import { grouped, WhereBuilder, type Built } from "./where-builder.js";

/** The conditions of a query after one step more. */
export function conditionsAfter(
  before: readonly Built[],
  operation: FilterOperation | MergeOperation,
  at: BuildPlace,
): Built[] {
  if (operation.kind === "filter") {
    return [...before, new WhereBuilder(at).buildFilter(operation.condition, operation.isNegated)];
  }
  const { operator, query } = operation;
  // All of both is what one filter after the other asks; otherwise both are about the same related rows.
  const taken = operator === "all" ? undefined : new Set<TableNode>();
  const added = conditionsOf(query.shape.operations, withSlot(at, query.slot), taken);
  if (operator === "all") return [...before, ...added];
  return [grouped(operator, [grouped("all", before), grouped("all", added)])];
}

function conditionsOf(
  operations: MergeOperation["query"]["shape"]["operations"],
  at: BuildPlace,
  taken: Set<TableNode> | undefined,
): Built[] {
  let conditions: Built[] = [];
  for (const operation of operations) {
    if (operation.kind === "filter") {
      const scope = taken === undefined ? {} : new SharedScope(taken);
      conditions.push(new WhereBuilder(at).buildFilter(operation.condition, operation.isNegated, scope));
    } else if (operation.kind === "merge") {
      const { operator, query } = operation;
      const added = conditionsOf(query.shape.operations, withSlot(at, query.slot), taken ?? new Set());
      conditions = [grouped(operator, [grouped("all", conditions), grouped("all", added)])];
    }
  }
  return conditions;
}

/** The same place for what has its values from `slot` on. */
function withSlot(at: BuildPlace, slot: number): BuildPlace {
  return { ...at, context: { ...at.context, slotBase: at.context.slotBase + slot } };
}

/** A key of the order of a merged query, whose values begin at `slot`. */
export function keyWithSlot(key: string | OrderKey, slot: number): string | OrderKey {
  if (typeof key === "string") return key;
  const { by } = key;
  const moved: Resolved = { ...by, build: (at) => by.build(withSlot(at, slot)) };
  return { ...key, by: moved };
}
