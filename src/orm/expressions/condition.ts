import type { Expression } from "./expression.js";
import { conditionOf } from "./expression.js";
import type { ConditionNode } from "./nodes.js";

/** What can be combined with a condition: another one, or an expression that is true or false. */
export type ConditionPart = Condition<object> | Expression<boolean>;

/** Lookups whose keys are known at run time only, or a condition that is made of such. */
export type RunTimeLookups = Readonly<Record<string, unknown>> | Condition<object>;

/**
 * A condition on rows, to be combined with others and given to `filter`. Made by `Q`. `C` has the keys and values that
 * it was made of, for the compiler to check with the model that it is used on.
 */
export class Condition<out C extends object = {}> {
  declare private readonly conditions: C;
  readonly node: ConditionNode;

  constructor(node: ConditionNode) {
    this.node = Object.freeze(node);
  }

  /** Nothing: a condition is for the database, and no value that JSON can say. */
  toJSON(): undefined {
    return undefined;
  }

  /** Both hold. */
  and<D extends object = {}>(other: Condition<D> | Expression<boolean>): Condition<C | D> {
    if (isEmpty(this.node) || isEmpty(conditionNodeOf(other))) return this.#withEmpty(other);
    return new Condition({ kind: "all", items: [this.node, conditionNodeOf(other)] });
  }

  /** One of them holds, or both. */
  or<D extends object = {}>(other: Condition<D> | Expression<boolean>): Condition<C | D> {
    if (isEmpty(this.node) || isEmpty(conditionNodeOf(other))) return this.#withEmpty(other);
    return new Condition({ kind: "any", items: [this.node, conditionNodeOf(other)] });
  }

  /** An odd number of all that are joined by `xor` hold; of two, just one. */
  xor<D extends object = {}>(other: Condition<D> | Expression<boolean>): Condition<C | D> {
    if (isEmpty(this.node) || isEmpty(conditionNodeOf(other))) return this.#withEmpty(other);
    const mine = this.node.kind === "odd" ? this.node.items : [this.node];
    return new Condition({ kind: "odd", items: [...mine, conditionNodeOf(other)] });
  }

  /** It does not hold. Over a relation to many: no related row meets it. */
  not(): Condition<C> {
    const { node } = this;
    if (isEmpty(node)) return this;
    return new Condition(node.kind === "not" ? node.item : { kind: "not", item: node });
  }

  /** Of two conditions, one of which asks for nothing, the other: `Q({})` begins what is put together in a loop. */
  #withEmpty<D extends object>(other: Condition<D> | Expression<boolean>): Condition<C | D> {
    return isEmpty(this.node) ? new Condition(conditionNodeOf(other)) : this;
  }
}

/** Whether a condition asks for nothing; as in Django, its opposite asks for nothing, too. */
export function isEmpty(node: ConditionNode): boolean {
  return node.kind === "where" && Object.keys(node.where).length === 0;
}

/**
 * A condition: the keys are those of `filter`, all of which must hold, or an expression that is true or false.
 *
 * ```ts
 * Message.filter(Q({ likes__gt: 5 }).or(Q({ author__username: "django" }).and(Q({ note: null }).not())));
 * ```
 */
export function Q(expression: Expression<boolean>): Condition;
export function Q<C extends object>(condition: Condition<C>): Condition<C>;
export function Q<const C extends object>(where: C): Condition<C>;
export function Q(given: object): Condition {
  if (given instanceof Condition) return given;
  if (isExpression(given)) return new Condition(conditionOf(given));
  return new Condition({ kind: "where", where: Object.freeze({ ...given }) });
}

function isExpression(given: object): given is Expression {
  return "node" in given && typeof (given as Expression).asc === "function";
}

/** The node of a condition, or of an expression or an object with lookups that stands for one. */
export function conditionNodeOf(given: object): ConditionNode {
  if (given instanceof Condition) return given.node;
  return isExpression(given) ? conditionOf(given) : { kind: "where", where: Object.freeze({ ...given }) };
}
