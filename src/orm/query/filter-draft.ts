import { ProblemFound } from "../fields/problem.js";
import type { Condition } from "./operation.js";
import { resolveLookup, type LookupTarget } from "./path.js";
import { queryStateOf } from "./query-state.js";
import { Expression } from "../expressions/expression.js";
import { resolveExpression } from "./resolve.js";
import { hasExpression, invalidValue, resolveComparison } from "./resolve-condition.js";
import type { QueryScope } from "./resolved.js";

/** A key of `filter` at one place in a query, and what follows it for each way of writing it in SQL. */
interface Edge<Shape> {
  readonly target: LookupTarget;
  /** What follows the lookup's usual variant: the one that nearly all values take. */
  usual: FilterDraft<Shape> | undefined;
  readonly others: Map<string, FilterDraft<Shape>>;
}

/** What all drafts of one filter share. */
export interface FilterContext<Shape> {
  readonly scope: QueryScope;
  /** Counts what is kept; see `Shape`. */
  readonly budget: { nodes: number };
  /** Makes the shape of the query with the filter. */
  readonly finish: (draft: FilterDraft<Shape>) => Shape;
}

/**
 * The beginning of one `filter({ … })`: its keys so far.
 *
 * Drafts are kept and found again by key, so that a query which was made before is made anew without looking at its
 * keys: a few map look-ups lead to its shape, and the SQL is there.
 */
export class FilterDraft<Shape> {
  readonly #context: FilterContext<Shape>;
  readonly #conditions: readonly Condition[];
  readonly #slotCount: number;
  readonly #edges = new Map<string, Edge<Shape>>();
  #finished: Shape | undefined;

  constructor(context: FilterContext<Shape>, conditions: readonly Condition[], slotCount: number) {
    this.#context = context;
    this.#conditions = conditions;
    this.#slotCount = slotCount;
  }

  get conditions(): readonly Condition[] {
    return this.#conditions;
  }

  get slotCount(): number {
    return this.#slotCount;
  }

  /** The shape of the query with this filter. */
  finish(): Shape {
    return (this.#finished ??= this.#context.finish(this));
  }

  /** The draft with one more key. Its values are added to `values`. */
  step(key: string, value: unknown, values: unknown[]): FilterDraft<Shape> {
    const edge = this.#edges.get(key) ?? this.#addEdge(key);
    const { target } = edge;
    if (typeof value === "object" && value !== null) {
      if (value instanceof Expression || queryStateOf(value) !== undefined || hasExpression(value)) {
        const { scope } = this.#context;
        const { key: shape, condition } = resolveComparison(resolveExpression, target, value, scope, values);
        return this.#other(edge, shape, condition, values.length);
      }
    }
    if (value === undefined) throw invalidValue(target, "is undefined; leave the key out, or give null");
    let variant: string;
    try {
      variant = target.lookup.accept(value, target.operand, values);
    } catch (thrown) {
      throw thrown instanceof ProblemFound ? invalidValue(target, thrown.problem.message) : thrown;
    }
    if (variant === "" && edge.usual !== undefined) return edge.usual;
    return this.#follow(edge, variant, values.length);
  }

  #addEdge(key: string): Edge<Shape> {
    // Throws for a key that makes no sense, so that such keys never fill the memory.
    const edge: Edge<Shape> = { target: resolveLookup(this.#context.scope, key), usual: undefined, others: new Map() };
    this.#edges.set(key, edge);
    return edge;
  }

  #follow(edge: Edge<Shape>, variant: string, slotCount: number): FilterDraft<Shape> {
    const condition: Condition = { kind: "lookup", target: edge.target, variant, slot: this.#slotCount };
    const next = this.#other(edge, variant, condition, slotCount);
    if (variant === "") edge.usual = next;
    return next;
  }

  #other(edge: Edge<Shape>, variant: string, condition: Condition, slotCount: number): FilterDraft<Shape> {
    const known = edge.others.get(variant);
    if (known !== undefined) return known;
    this.#context.budget.nodes++;
    const conditions = [...this.#conditions, Object.freeze(condition)];
    const next = new FilterDraft(this.#context, conditions, slotCount);
    edge.others.set(variant, next);
    return next;
  }
}
