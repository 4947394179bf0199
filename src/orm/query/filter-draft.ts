import { LookupValueInvalid } from "../errors.js";
import { Expression, expressionKey, type ExpressionNode } from "../expressions/expression.js";
import { ProblemFound } from "../fields/problem.js";
import type { Condition, QueryShape } from "./operation.js";
import { resolveLookup, type LookupTarget } from "./path.js";
import { queryStateOf, withWindow } from "./query-state.js";
import type { Schema } from "../schema/schema.js";

/** A key of `filter` at one place in a query, and what follows it for each way of writing it in SQL. */
interface Edge<Shape> {
  readonly target: LookupTarget;
  /** What follows the lookup's usual variant: the one that nearly all values take. */
  usual: FilterDraft<Shape> | undefined;
  readonly others: Map<string, FilterDraft<Shape>>;
}

/** What all drafts of one filter share. */
export interface FilterContext<Shape> {
  readonly schema: Schema;
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
      const query = queryStateOf(value);
      if (query !== undefined) {
        const { shape, values: inner } = withWindow(query);
        values.push(...inner);
        return this.#followQuery(edge, shape);
      }
      if (value instanceof Expression) return this.#followExpression(edge, value.node, values);
    }
    if (value === undefined) throw invalid(target, "is undefined; leave the key out, or give null");
    let variant: string;
    try {
      variant = target.lookup.accept(value, target.operand, values);
    } catch (thrown) {
      throw thrown instanceof ProblemFound ? invalid(target, thrown.problem.message) : thrown;
    }
    if (variant === "" && edge.usual !== undefined) return edge.usual;
    return this.#follow(edge, variant, values.length);
  }

  #addEdge(key: string): Edge<Shape> {
    // Throws for a key that makes no sense, so that such keys never fill the memory.
    const edge: Edge<Shape> = { target: resolveLookup(this.#context.schema, key), usual: undefined, others: new Map() };
    this.#edges.set(key, edge);
    return edge;
  }

  #follow(edge: Edge<Shape>, variant: string, slotCount: number): FilterDraft<Shape> {
    const condition: Condition = { kind: "lookup", target: edge.target, variant, slot: this.#slotCount };
    const next = this.#other(edge, variant, condition, slotCount);
    if (variant === "") edge.usual = next;
    return next;
  }

  #followQuery(edge: Edge<Shape>, query: QueryShape): FilterDraft<Shape> {
    const { target } = edge;
    if (target.lookup.name !== "in") throw invalid(target, "is a query; only in compares with the rows of a query");
    if (target.comparesWith !== query.schema) {
      throw invalid(
        target,
        `is a query of ${query.schema.name}${target.comparesWith === undefined ? ", which it cannot be compared with" : `, not of ${target.comparesWith.name}`}`,
      );
    }
    const condition: Condition = { kind: "query", target, query, slot: this.#slotCount };
    return this.#other(edge, `query ${query.id}`, condition, this.#slotCount + query.slotCount);
  }

  #followExpression(edge: Edge<Shape>, expression: ExpressionNode, values: unknown[]): FilterDraft<Shape> {
    const { target } = edge;
    if (target.lookup.buildWith === undefined) {
      throw invalid(target, `is an expression, which ${target.lookup.name} cannot compare with`);
    }
    const key = expressionKey(expression, values);
    const condition: Condition = { kind: "expression", target, expression, slot: this.#slotCount };
    return this.#other(edge, `expression ${key}`, condition, values.length);
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

function invalid({ schema, path }: LookupTarget, problem: string): LookupValueInvalid {
  return new LookupValueInvalid({ model: schema.name, path, problem });
}
