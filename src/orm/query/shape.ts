import type { ExpressionNode } from "../expressions/nodes.js";
import type { ConditionNode, OrderExpression } from "../expressions/nodes.js";
import type { LockNode } from "../compiler/nodes.js";
import { QueryInvalid } from "../errors.js";
import { FilterDraft } from "./filter-draft.js";
import type {
  Condition,
  FieldsOperation,
  MergeOperation,
  Operation,
  OrderKey,
  QueryShape,
  RowForm,
  SliceOperation,
  ValuesColumn,
} from "./operation.js";
import { annotationsAfter, relationsAfter } from "./after-step.js";
import { followPath } from "./path.js";
import { selectedNames } from "./value-columns.js";
import { plainKey } from "./plain-key.js";
import { resolveCondition, resolveExpression } from "./resolve.js";
import type { Annotation, QueryScope } from "./resolved.js";
import type { Relation, Schema } from "../schema/schema.js";

let lastId = 0;

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
  readonly zone: string | undefined;
  readonly annotations: ReadonlyMap<string, Annotation>;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly isStrict: boolean;
  readonly hasValues: boolean;
  /** Whether it is several queries as one, of which little more can be asked. */
  readonly isCombined: boolean;
  /** The plan that rows of this shape were last asked for with, for what keeps plans; see `plans.ts`. */
  latestPlan: object | undefined;
  /** The statement that rows of this shape were last changed with; see `update-rows.ts`. */
  latestChange: object | undefined;
  readonly #plans = new Map<string, unknown>();
  readonly #children = new Map<string, Shape>();
  /** Steps that were taken before, by what was given: found without understanding it again. */
  readonly #known = new Map<string, Shape>();
  readonly #slices = new Map<number | undefined, Shape>();
  readonly #slicesWithOffset = new Map<number | undefined, Shape>();
  #isLocking: boolean | undefined;
  #hasFirstRows: boolean | undefined;
  #forGet: Shape | undefined;
  #filter: FilterDraft<Shape> | undefined;
  #exclude: FilterDraft<Shape> | undefined;

  constructor(
    schema: Schema,
    parent: Shape | undefined,
    operation: Operation | undefined,
    slotCount: number,
    zone = parent?.zone,
  ) {
    this.schema = schema;
    this.budget = parent === undefined ? { nodes: 0 } : parent.budget;
    this.parent = parent;
    this.operation = operation;
    this.slotCount = slotCount;
    this.zone = zone;
    this.annotations = annotationsAfter(parent?.annotations, operation);
    this.relations = relationsAfter(parent?.relations, operation);
    this.isStrict = parent?.isStrict === true || operation?.kind === "strict";
    this.hasValues =
      parent?.hasValues === true ||
      operation?.kind === "values" ||
      (operation?.kind === "combine" && operation.queries.every(({ shape }) => shape.hasValues));
    this.isCombined = parent?.isCombined === true || operation?.kind === "combine";
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
    return new FilterDraft({ scope: this, budget: this.budget, finish }, [], this.slotCount);
  }

  /** Whether it locks the rows that it gives. */
  get isLocking(): boolean {
    return (this.#isLocking ??= this.operations.some(({ kind }) => kind === "lock"));
  }

  /** Whether it is the first row only for each value of some fields. */
  get hasFirstRows(): boolean {
    return (this.#hasFirstRows ??= this.operations.some((step) => step.kind === "distinct" && step.on.length > 0));
  }

  /** A `filter` or `exclude` by a condition that is no plain object. Its values are added to `values`. */
  filterBy(node: ConditionNode, isNegated: boolean, values: unknown[]): Shape {
    const { key, condition } = resolveCondition(node, this, values);
    return this.child(
      `${isNegated ? "exclude" : "filter"} ${key}`,
      () => ({ kind: "filter", isNegated, condition }),
      values.length,
    );
  }

  /** `annotate` or `alias`. Their values are added to `values`. */
  annotate(
    entries: readonly (readonly [name: string, node: ExpressionNode])[],
    isSelected: boolean,
    values: unknown[],
  ): Shape {
    const given = plainKey(entries, isSelected ? "annotate" : "alias");
    const known = given === undefined ? undefined : this.#known.get(given);
    if (known !== undefined) return known;
    const shape = this.#annotate(entries, isSelected, values);
    if (given !== undefined) this.#known.set(given, shape);
    return shape;
  }

  #annotate(
    entries: readonly (readonly [name: string, node: ExpressionNode])[],
    isSelected: boolean,
    values: unknown[],
  ): Shape {
    const { schema } = this;
    const annotations = new Map(this.annotations);
    const made = entries.map(([name, node]): Annotation => {
      this.checkName(name);
      const { isStrict, hasValues, relations, zone } = this;
      const scope: QueryScope = { schema, annotations, relations, isStrict, hasValues, zone };
      const annotation = { name, expression: resolveExpression(node, scope, values), isSelected };
      annotations.set(name, annotation);
      return annotation;
    });
    const key = made.map(({ name, expression }) => `${name}=${expression.key}`).join("\0");
    return this.child(
      `${isSelected ? "annotate" : "alias"} ${key}`,
      () => ({ kind: "annotate", annotations: Object.freeze(made) }),
      values.length,
    );
  }

  /** @internal */
  checkName(name: string): void {
    const { schema } = this;
    const refuse = (problem: string): never => {
      throw new QueryInvalid({
        model: schema.name,
        problem: `cannot have the annotation ${JSON.stringify(name)}${problem}`,
      });
    };
    if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) || name.includes("__")) refuse("; a name is a word without __");
    if (name === "pk" || schema.fieldsByName.has(name) || schema.relation(name) !== undefined) {
      refuse(", which is a field of the model");
    }
    if (!this.hasValues && name in (schema.model.prototype as object)) refuse(", which is a method of the model");
  }

  /** `values` and `valuesList`; without columns, all fields of the model and all annotations so far. */
  choose(form: RowForm, entries: readonly (readonly [name: string, node: ExpressionNode])[], values: unknown[]): Shape {
    const everything = (): (readonly [string, ExpressionNode])[] => [
      ...this.schema.fields.map(({ name }) => [name, { kind: "field", path: name }] as const),
      ...selectedNames(this).map((name) => [name, { kind: "field", path: name }] as const),
    ];
    const chosen = entries.length === 0 ? everything() : entries;
    if (form === "named" && chosen.some(([name]) => name === "length")) {
      throw new QueryInvalid({
        model: this.schema.name,
        problem: "cannot name an item of a list length, as lists have one",
      });
    }
    const columns = chosen.map(([name, node]): ValuesColumn => ({
      name,
      expression: resolveExpression(node, this, values),
    }));
    const key = columns.map(({ name, expression }) => `${name}=${expression.key}`).join("\0");
    return this.child(
      `values ${form} ${key}`,
      () => ({ kind: "values", form, columns: Object.freeze(columns) }),
      values.length,
    );
  }

  distinct(on: readonly string[]): Shape {
    return this.child(`distinct ${on.join("\0")}`, () => {
      for (const path of on) this.#checkPath(path);
      return { kind: "distinct", on: Object.freeze([...on]) };
    });
  }

  fields(choice: FieldsOperation["choice"], paths: readonly string[]): Shape {
    return this.child(`${choice} ${paths.join("\0")}`, () => {
      for (const path of paths) this.#checkPath(path);
      return { kind: "fields", choice, paths: Object.freeze([...paths]) };
    });
  }

  lock(strength: LockNode["strength"], wait: LockNode["wait"], of: readonly string[]): Shape {
    return this.child(`lock ${strength} ${wait} ${of.join("\0")}`, () => ({
      kind: "lock",
      strength,
      wait,
      of: Object.freeze([...of]),
    }));
  }

  get strict(): Shape {
    return this.child("strict", () => ({ kind: "strict" }));
  }

  get none(): Shape {
    return this.child("none", () => ({ kind: "none" }));
  }

  /** What this query and another of the same model ask, as one: `and`, `or`, `xor`. The values of the other follow. */
  merge(operator: MergeOperation["operator"], query: MergeOperation["query"]): Shape {
    const key = `merge ${operator} ${query.shape.id}`;
    const slotCount = query.slot + query.shape.slotCount;
    return this.child(key, () => ({ kind: "merge", operator, query: Object.freeze({ ...query }) }), slotCount);
  }

  #checkPath(path: string): void {
    const [head = ""] = path.split("__");
    if (!this.annotations.has(path) && !this.annotations.has(head)) followPath(this.schema, path, this.relations);
  }

  /** Throws `UnknownField` for a key that is no field. */
  orderBy(keys: readonly (string | OrderExpression)[], values: unknown[]): Shape {
    const given = keys.every((key) => typeof key === "string") ? `order ${keys.join("\0")}` : undefined;
    const known = given === undefined ? undefined : this.#known.get(given);
    if (known !== undefined) return known;
    const shape = this.#orderBy(keys, values);
    if (given !== undefined) this.#known.set(given, shape);
    return shape;
  }

  #orderBy(keys: readonly (string | OrderExpression)[], values: unknown[]): Shape {
    const made = keys.map((key): string | OrderKey => {
      if (typeof key === "string") {
        const name = key.replace(/^-/, "");
        if (this.annotations.has(name) || !this.annotations.has(name.split("__")[0] ?? "")) return key;
        // A part of an annotation, such as its year.
        return {
          by: resolveExpression({ kind: "field", path: name }, this, values),
          isDescending: key.startsWith("-"),
          nulls: undefined,
        };
      }
      return { by: resolveExpression(key.by, this, values), isDescending: key.isDescending, nulls: key.nulls };
    });
    const text = made.map((key) =>
      typeof key === "string" ? key : `${key.isDescending ? "-" : "+"}${key.by.key} ${key.nulls ?? ""}`,
    );
    return this.child(
      `order ${text.join("\0")}`,
      () => {
        for (const key of made) {
          if (typeof key === "string" && key !== "?" && !this.isCombined) this.#checkPath(key.replace(/^-/, ""));
        }
        return { kind: "order", keys: Object.freeze(made) };
      },
      values.length,
    );
  }

  reversed(): Shape {
    return this.child("reverse", () => ({ kind: "reverse" }));
  }

  orderByKeyIfUnordered(): Shape {
    return this.child("keyOrder", () => ({ kind: "keyOrder" }));
  }

  selectRelated(paths: readonly string[]): Shape {
    return this.child(`related ${paths.join("\0")}`, () => ({ kind: "related", paths: Object.freeze([...paths]) }));
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
    return (this.#forGet ??= this.operation?.kind === "slice" ? this : this.#unordered().slice(2, false));
  }

  #unordered(): Shape {
    return this.child("order ", () => ({ kind: "order", keys: [] }));
  }

  /** What `make` gives for this shape, made once and kept under `key`. */
  planned<Plan>(key: string, make: () => Plan): Plan {
    if (this.#plans.has(key)) return this.#plans.get(key) as Plan;
    const plan = make();
    this.budget.nodes++;
    this.#plans.set(key, plan);
    return plan;
  }

  /** @internal The shape after one step more, made once and kept under `key`. */
  child(key: string, operation: () => Operation, slotCount: number = this.slotCount): Shape {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const child = this.#after(Object.freeze(operation()), slotCount);
    this.#children.set(key, child);
    return child;
  }

  #after(operation: Operation, slotCount: number): Shape {
    this.budget.nodes++;
    return new Shape(this.schema, this, operation, slotCount);
  }
}
