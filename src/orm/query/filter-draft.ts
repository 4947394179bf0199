import { LookupValueInvalid } from "../errors.js";
import { Expression, expressionKey, type ExpressionNode } from "../expressions/expression.js";
import { ProblemFound } from "../fields/problem.js";
import type { ModelSchema } from "../schema/model-schema.js";
import type { Condition } from "./condition.js";
import { resolveLookup, type LookupTarget } from "./path.js";
import { queryStateOf, withWindow } from "./query-state.js";
import type { Shape } from "./shape.js";

/** A key of `filter` at one place in a query, and what follows it for each way of writing it in SQL. */
interface Edge {
  readonly target: LookupTarget;
  /** What follows the lookup's usual variant: the one that nearly all values take. */
  usual: FilterDraft | undefined;
  readonly others: Map<string, FilterDraft>;
}

/**
 * The beginning of one `filter({ … })`: its keys so far.
 *
 * Drafts are kept and found again by key, so that a query which was made before is made anew without looking at its
 * keys: a few map look-ups lead to its shape, and the SQL is there.
 */
export class FilterDraft {
  readonly #shape: Shape;
  readonly #conditions: readonly Condition[];
  readonly #slotCount: number;
  readonly #edges = new Map<string, Edge>();
  readonly #finish: (draft: FilterDraft) => Shape;
  #finished: Shape | undefined;

  constructor(
    shape: Shape,
    conditions: readonly Condition[],
    slotCount: number,
    finish: (draft: FilterDraft) => Shape,
  ) {
    this.#shape = shape;
    this.#conditions = conditions;
    this.#slotCount = slotCount;
    this.#finish = finish;
  }

  get conditions(): readonly Condition[] {
    return this.#conditions;
  }

  get slotCount(): number {
    return this.#slotCount;
  }

  /** The shape of the query with this filter. */
  finish(): Shape {
    return (this.#finished ??= this.#finish(this));
  }

  /** The draft with one more key. Its values are added to `values`. */
  step(key: string, value: unknown, values: unknown[]): FilterDraft {
    const { schema } = this.#shape;
    const edge = this.#edges.get(key) ?? this.#addEdge(schema, key);
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

  #addEdge(schema: ModelSchema, key: string): Edge {
    // Throws for a key that makes no sense, so that such keys never fill the memory.
    const edge: Edge = { target: resolveLookup(schema, key), usual: undefined, others: new Map() };
    this.#edges.set(key, edge);
    return edge;
  }

  #follow(edge: Edge, variant: string, slotCount: number): FilterDraft {
    const condition: Condition = { kind: "lookup", target: edge.target, variant, slot: this.#slotCount };
    const next = this.#other(edge, variant, condition, slotCount);
    if (variant === "") edge.usual = next;
    return next;
  }

  #followQuery(edge: Edge, query: Shape): FilterDraft {
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

  #followExpression(edge: Edge, expression: ExpressionNode, values: unknown[]): FilterDraft {
    const { target } = edge;
    if (target.lookup.buildWith === undefined) {
      throw invalid(target, `is an expression, which ${target.lookup.name} cannot compare with`);
    }
    const key = expressionKey(expression, values);
    const condition: Condition = { kind: "expression", target, expression, slot: this.#slotCount };
    return this.#other(edge, `expression ${key}`, condition, values.length);
  }

  #other(edge: Edge, variant: string, condition: Condition, slotCount: number): FilterDraft {
    const known = edge.others.get(variant);
    if (known !== undefined) return known;
    this.#shape.budget.nodes++;
    const conditions = [...this.#conditions, Object.freeze(condition)];
    const next = new FilterDraft(this.#shape, conditions, slotCount, this.#finish);
    edge.others.set(variant, next);
    return next;
  }
}

function invalid({ schema, path }: LookupTarget, problem: string): LookupValueInvalid {
  return new LookupValueInvalid({ model: schema.name, path, problem });
}
