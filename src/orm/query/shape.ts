import { FilterDraft } from "./filter-draft.js";
import type { Condition, Operation, QueryShape, SliceOperation } from "./operation.js";
import { followPath } from "./path.js";
import type { Schema } from "../schema/schema.js";

/** How much a model keeps. A program has a few hundred shapes; more come from names that users choose. */
const maxNodes = 10_000;

let lastId = 0;

const roots = new WeakMap<Schema, Shape>();

/** The shape of all rows of a model, from which all other shapes of that model grow. */
export function rootShapeOf(schema: Schema): Shape {
  const known = roots.get(schema);
  // A full tree is forgotten as a whole: queries that hold shapes of it go on, and new ones start over.
  if (known !== undefined && known.budget.nodes <= maxNodes) return known;
  const root = new Shape(schema, undefined, undefined, 0);
  roots.set(schema, root);
  return root;
}

/**
 * The shape of a query: everything but its values. Two queries made by the same calls with the same keys have the
 * same shape object, so that what is worked out for one (its SQL above all) is there for the next.
 *
 * A shape is a step after its parent; the list of steps from the root is the query.
 */
export class Shape implements QueryShape {
  readonly id = ++lastId;
  readonly schema: Schema;
  /** Counts what hangs on the same root. */
  readonly budget: { nodes: number };
  readonly parent: Shape | undefined;
  readonly operation: Operation | undefined;
  readonly slotCount: number;
  /** The plan that rows of this shape were last asked for with, for what keeps plans; see `plans.ts`. */
  latestPlan: object | undefined;
  readonly #plans = new Map<string, unknown>();
  readonly #children = new Map<string, Shape>();
  readonly #slices = new Map<number | undefined, Shape>();
  readonly #slicesWithOffset = new Map<number | undefined, Shape>();
  #forGet: Shape | undefined;
  #filter: FilterDraft<Shape> | undefined;
  #exclude: FilterDraft<Shape> | undefined;

  constructor(schema: Schema, parent: Shape | undefined, operation: Operation | undefined, slotCount: number) {
    this.schema = schema;
    this.budget = parent === undefined ? { nodes: 0 } : parent.budget;
    this.parent = parent;
    this.operation = operation;
    this.slotCount = slotCount;
  }

  get operations(): readonly Operation[] {
    if (this.operation === undefined) return [];
    return [...(this.parent?.operations ?? []), this.operation];
  }

  /** An empty `filter`, to be followed key by key. */
  draft(isNegated: boolean): FilterDraft<Shape> {
    if (isNegated) return (this.#exclude ??= this.#newDraft(true));
    return (this.#filter ??= this.#newDraft(false));
  }

  #newDraft(isNegated: boolean): FilterDraft<Shape> {
    const finish = (draft: FilterDraft<Shape>): Shape => {
      // `filter({})` asks for nothing, and so does `exclude({})`, as in Django.
      if (draft.conditions.length === 0) return this;
      const condition: Condition = Object.freeze({ kind: "all", items: draft.conditions });
      return this.#after(Object.freeze({ kind: "filter", isNegated, condition }), draft.slotCount);
    };
    return new FilterDraft({ schema: this.schema, budget: this.budget, finish }, [], this.slotCount);
  }

  /** Throws `UnknownField` for a key that is no field. */
  orderBy(keys: readonly string[]): Shape {
    return this.#child(`order ${keys.join("\0")}`, () => {
      for (const key of keys) if (key !== "?") followPath(this.schema, key.replace(/^-/, ""));
      return { kind: "order", keys: Object.freeze([...keys]) };
    });
  }

  reversed(): Shape {
    return this.#child("reverse", () => ({ kind: "reverse" }));
  }

  orderByKeyIfUnordered(): Shape {
    return this.#child("keyOrder", () => ({ kind: "keyOrder" }));
  }

  selectRelated(paths: readonly string[]): Shape {
    return this.#child(`related ${paths.join("\0")}`, () => ({ kind: "related", paths: Object.freeze([...paths]) }));
  }

  slice(limit: number | undefined, hasOffset: boolean): Shape {
    const slices = hasOffset ? this.#slicesWithOffset : this.#slices;
    const known = slices.get(limit);
    if (known !== undefined) return known;
    const operation = Object.freeze<SliceOperation>({ kind: "slice", limit, hasOffset });
    const sliced = this.#after(operation, this.slotCount + (hasOffset ? 1 : 0));
    slices.set(limit, sliced);
    return sliced;
  }

  /** Two rows in no order: all that `get` needs to see whether there is exactly one. */
  get forGet(): Shape {
    return (this.#forGet ??= this.operation?.kind === "slice" ? this : this.orderBy([]).slice(2, false));
  }

  /** What `make` gives for this shape, made once and kept under `key`. */
  planned<Plan>(key: string, make: () => Plan): Plan {
    if (this.#plans.has(key)) return this.#plans.get(key) as Plan;
    const plan = make();
    this.budget.nodes++;
    this.#plans.set(key, plan);
    return plan;
  }

  #child(key: string, operation: () => Operation): Shape {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const child = this.#after(Object.freeze(operation()), this.slotCount);
    this.#children.set(key, child);
    return child;
  }

  #after(operation: Operation, slotCount: number): Shape {
    this.budget.nodes++;
    return new Shape(this.schema, this, operation, slotCount);
  }
}
