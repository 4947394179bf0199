import { QueryInvalid } from "../errors.js";
import { partsOf, type OrderNode } from "../compiler/nodes.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { applyTransforms } from "./apply-transforms.js";
import { keyWithSlot } from "./merged-conditions.js";
import type { Operation, OrderKey, ValuesColumn } from "./operation.js";
import { followPath, operandOf } from "./path.js";
import type { Annotation, BuildPlace } from "./resolved.js";
import type { TableNode } from "./table-node.js";
import type { Relation, Schema } from "../schema/schema.js";

/** The keys that order a query: those of its last `orderBy`, else of its model, and whether to turn them round. */
export function orderingOf(
  schema: Schema,
  operations: readonly Operation[],
): { keys: readonly (string | OrderKey)[]; isReversed: boolean } {
  let keys: readonly (string | OrderKey)[] | undefined = schema.meta.ordering;
  let isReversed = false;
  for (const operation of operations) {
    if (operation.kind === "order") ({ keys } = operation);
    if (operation.kind === "reverse") isReversed = !isReversed;
    if (operation.kind === "merge" && !isOwnOrder(operation.query.shape.operations)) {
      const { shape, slot } = operation.query;
      const merged = orderingOf(schema, shape.operations);
      keys = merged.keys.map((key) => keyWithSlot(key, slot));
      ({ isReversed } = merged);
    }
    if (operation.kind === "keyOrder" && keys === undefined) keys = ["pk"];
  }
  return { keys: keys ?? [], isReversed };
}

/** Whether the order is the model's own. */
export function isOwnOrder(operations: readonly Operation[]): boolean {
  return !operations.some((operation) =>
    operation.kind === "merge"
      ? !isOwnOrder(operation.query.shape.operations)
      : operation.kind === "order" || operation.kind === "keyOrder",
  );
}

/** Writes the order of `keys`, joining what they refer to. `chosen` is what `values` gives. */
export function buildOrder(
  at: BuildPlace,
  keys: readonly (string | OrderKey)[],
  isReversed: boolean,
  annotations: ReadonlyMap<string, Annotation>,
  chosen: readonly ValuesColumn[] = [],
): OrderNode[] {
  return keys.flatMap((key): OrderNode[] => {
    if (typeof key !== "string") {
      const nulls = isReversed && key.nulls !== undefined ? (key.nulls === "first" ? "last" : "first") : key.nulls;
      return [{ by: key.by.build(at), isDescending: key.isDescending !== isReversed, nulls }];
    }
    const name = key.replace(/^-/, "");
    if (annotations.has(name)) {
      return [{ by: at.context.annotation(name), isDescending: key.startsWith("-") !== isReversed }];
    }
    // What was chosen by this name is what stands there: of a relation its key, and not the order of its model.
    const column = chosen.find((one) => one.name === name);
    if (column !== undefined) {
      const isDescending = key.startsWith("-") !== isReversed;
      return partsOf(column.expression.build(at)).map((by) => ({ by, isDescending }));
    }
    return orderBy(at.root, key, { isReversed, through: [], more: at.context.relations, zone: at.context.zone });
  });
}

interface OrderWay {
  readonly isReversed: boolean;
  /** The models whose own ordering led here, so that two models that order by each other are found. */
  readonly through: readonly Schema[];
  /** The relations that the query has beside those of its model. */
  readonly more?: ReadonlyMap<string, Relation>;
  readonly zone: string | undefined;
}

function orderBy(root: TableNode, key: string, { isReversed, through, more, zone }: OrderWay): OrderNode[] {
  if (key === "?") return [{ by: { kind: "random" }, isDescending: false }];
  const isDescending = key.startsWith("-") !== isReversed;
  const { relations, field, relation, rest } = followPath(root.schema, key.replace(/^-/, ""), more);
  if (relation !== undefined && rest.length === 0) {
    // Ordering by a relation means the order of the model that it leads to, as in Django.
    const { target } = relation;
    const inner = target.meta.ordering ?? [];
    if (inner.length > 0) {
      if (through.includes(target)) {
        throw new QueryInvalid({
          model: root.schema.name,
          problem: `is ordered by ${target.name}, whose ordering leads back to itself`,
        });
      }
      const path = relation.kind === "reference" ? [...relations, relation] : relations;
      const table = root.joinAll(path, undefined);
      const way: OrderWay = { isReversed: isDescending, through: [...through, target], zone };
      return inner.flatMap((innerKey) => orderBy(table, innerKey, way));
    }
  }
  const column = root.joinAll(relations, undefined).column(field);
  const kind = field instanceof ForeignKeyField && rest.length === 0 ? "relation" : operandOf(field).kind;
  return partsOf(applyTransforms(root.schema, key, kind, rest, column, zone)).map((by) => ({ by, isDescending }));
}
