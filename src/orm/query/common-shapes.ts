import { QueryInvalid } from "../errors.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import type { Relation } from "../schema/schema.js";
import type { CombineOperation, Condition, OrderKey } from "./operation.js";
import { annotationReference } from "./path.js";
import { resolveCondition, resolveExpression } from "./resolve.js";
import type { Annotation, QueryScope } from "./resolved.js";
import { rootShapeOf } from "./root-shape.js";
import type { Shape } from "./shape.js";
import { selectedNames, valueColumns } from "./value-columns.js";

/** This query and others as one. Grows from the root of the model: nothing of this query is asked twice. */
export function combinedShape(
  { schema, zone }: Shape,
  operator: CombineOperation["operator"],
  queries: CombineOperation["queries"],
  slotCount: number,
): Shape {
  return rootShapeOf(schema, zone).child(
    `combine ${operator} ${queries.map(({ shape }) => shape.id).join(" ")}`,
    () => ({ kind: "combine", operator, queries: Object.freeze([...queries]) }),
    slotCount,
  );
}

/**
 * Several queries as one, each of which is given columns by `choose`, which may add to the values; any other query is
 * given them itself. As the queries are made anew, so are their values: all of them are in what it returns.
 */
export function chosenShape(shape: Shape, values: readonly unknown[], choose: ColumnChoice): ShapeWithValues {
  const { operation, parent, operations } = shape;
  if (operation?.kind === "slice" && parent !== undefined) {
    const { shape: whole, values: own } = chosenShape(parent, values.slice(0, parent.slotCount), choose);
    const offset = values.slice(parent.slotCount, shape.slotCount);
    return { shape: whole.slice(operation.limit, operation.hasOffset), values: [...own, ...offset] };
  }
  const made: unknown[] = [];
  let combined: Shape | undefined;
  for (const step of operations) {
    if (step.kind === "combine") {
      const queries = step.queries.map(({ shape: each, slot }) => {
        const one = chosenShape(each as Shape, values.slice(slot, slot + each.slotCount), choose);
        const first = made.length;
        made.push(...one.values);
        return { shape: one.shape, slot: first };
      });
      combined = combinedShape(shape, step.operator, queries, made.length);
    } else if (step.kind === "order") combined = combined?.orderBy(step.keys.map(nameOfKey), made);
    else if (step.kind === "reverse") combined = combined?.reversed();
    else if (step.kind === "keyOrder") combined = combined?.orderByKeyIfUnordered();
  }
  if (combined !== undefined) return { shape: combined, values: made };
  const own = [...values];
  return { shape: choose(shape, own), values: own };

  function nameOfKey(key: string | OrderKey): string {
    if (typeof key === "string") return key;
    const problem = "of several queries is ordered by the names of what they select, not by an expression";
    throw new QueryInvalid({ model: shape.schema.name, problem });
  }
}

/** Gives a query columns. Values are added to those of the query. */
export type ColumnChoice = (shape: Shape, values: unknown[]) => Shape;

interface ShapeWithValues {
  readonly shape: Shape;
  readonly values: unknown[];
}

/**
 * The rows of this query, those that the relation called `name` leads to from them, and so on. `entries` are the
 * annotations of the rows after the first. Values are added to `values`, which are those of this query.
 */
export function recursiveShape(
  shape: Shape,
  name: string,
  entries: Readonly<Record<string, ExpressionNode>>,
  { where, isDistinct }: { readonly where: ConditionNode | undefined; readonly isDistinct: boolean },
  values: unknown[],
): Shape {
  const { schema } = shape;
  const refuse = (problem: string): never => {
    throw new QueryInvalid({ model: schema.name, problem });
  };
  if (shape.hasValues || shape.isCombined) refuse("cannot be recursive once it was given columns, or combined");
  const relation = schema.relation(name);
  if (relation === undefined) throw schema.unknown(name, name);
  if (relation.target.concrete !== schema.concrete) refuse(`cannot recurse by ${name}, which leads to another model`);
  const begun = selectedNames(shape).map((one): Annotation => {
    const { expression } = shape.annotations.get(one) ?? refuse(`has no annotation ${one}`);
    return {
      name: one,
      expression: annotationReference(one, { ...expression, isAggregate: false }),
      isSelected: true,
    };
  });
  const unknown = Object.keys(entries).find((one) => begun.every((known) => known.name !== one));
  if (unknown !== undefined) refuse(`has no annotation ${JSON.stringify(unknown)} to begin with`);
  const scope: QueryScope = { ...emptyScope, schema, isStrict: shape.isStrict, zone: shape.zone };
  const steps = begun.map((one) => {
    const node = entries[one.name] ?? refuse(`does not say how ${one.name} is computed for the rows that follow`);
    return resolveExpression(node, scope, values);
  });
  const found = where === undefined ? undefined : resolveCondition(where, scope, values);
  const key = [name, ...begun.map((one, index) => `${one.name}=${steps[index]?.key ?? ""}`), found?.key, isDistinct];
  return rootShapeOf(schema, shape.zone).child(
    `recursive ${shape.id} ${key.join("\0")}`,
    () => ({
      kind: "recursive",
      base: { shape, slot: 0 },
      relation,
      annotations: begun,
      steps,
      condition: found?.condition,
      isDistinct,
    }),
    values.length,
  );
}

/** This query with the rows of another, whose values follow those of this one, joined by the columns in `on`. */
export function shapeWith(
  shape: Shape,
  query: { readonly shape: Shape; readonly slot: number },
  on: Readonly<Record<string, ExpressionNode>>,
  { name, isOptional }: { readonly name: string | undefined; readonly isOptional: boolean },
  values: unknown[],
): Shape {
  const { schema } = shape;
  const refuse = (problem: string): never => {
    throw new QueryInvalid({ model: schema.name, problem });
  };
  if (!query.shape.hasValues) refuse("cannot be given a query of instances; choose its columns with values()");
  if (name !== undefined && !/^[a-z_]\w{0,49}$/i.test(name)) {
    refuse(`cannot call a common table ${JSON.stringify(name)}; a name is a word of at most 50 characters`);
  }
  const columns = valueColumns(query.shape);
  const links = Object.entries(on).map(([column, node]) => {
    if (columns.every((one) => one.name !== column)) {
      refuse(`cannot be joined by ${JSON.stringify(column)}, which the other query does not select`);
    }
    return { column, expression: resolveExpression(node, shape, values) };
  });
  if (links.length === 0) refuse("is given the rows of another query; say in on which columns they have in common");
  const annotations = columns
    .filter((one) => !(one.name in on))
    .map(({ name: column, output }): Annotation => {
      shape.checkName(column);
      return {
        name: column,
        expression: annotationReference(column, { ...nothing, output }),
        isSelected: false,
      };
    });
  const key = links.map(({ column, expression }) => `${column}=${expression.key}`).join("\0");
  return shape.child(
    `with ${query.shape.id} ${isOptional} ${name ?? ""} ${key}`,
    () => ({ kind: "with", query, name, on: links, annotations, isOptional }),
    values.length,
  );
}

/** This query with the relation `name`: `path`, a relation of the model, to those rows alone that meet `where`. */
export function narrowedShape(
  shape: Shape,
  name: string,
  path: string,
  where: ConditionNode,
  values: unknown[],
): Shape {
  const { schema } = shape;
  shape.checkName(name);
  const relation = schema.relation(path);
  if (relation === undefined) throw schema.unknown(path, path);
  const steps = relation.steps ?? [relation];
  const narrow = (step: Relation): Relation => ({ ...step, name, isNarrowed: true, isNullable: true });
  const [first, second] = steps.map(narrow);
  const { target } = relation;
  const scope: QueryScope = { ...emptyScope, schema: target, zone: shape.zone };
  const { key, condition } = resolveCondition(where, scope, values);
  if (followsRelations(condition)) {
    throw new QueryInvalid({
      model: schema.name,
      problem: `cannot narrow ${path} by what is over other relations; use the fields of ${target.name}`,
    });
  }
  const lastStep = second ?? first;
  if (first === undefined || lastStep === undefined) throw schema.unknown(path, path);
  const whole: Relation =
    second === undefined ? first : { ...relation, name, isNarrowed: true, isNullable: true, steps: [first, second] };
  return shape.child(
    `narrow ${name} ${path} ${key}`,
    () => ({ kind: "narrow", relation: whole, condition, lastStep }),
    values.length,
  );
}

/** What names mean on rows of a model that nothing was said of. */
const emptyScope = { annotations: new Map(), relations: new Map(), isStrict: false, hasValues: false } as const;

/** A value of which nothing is known but its type. */
const nothing = {
  key: "",
  isAggregate: false,
  isField: false,
  isNullable: true,
  manyPaths: [],
  build: unbuilt,
} as const;

function unbuilt(): never {
  throw new Error("A column of a common table is built by the query that has it.");
}

/** Whether a condition is about rows that others refer to, or about other queries. */
function followsRelations(condition: Condition): boolean {
  switch (condition.kind) {
    case "all":
    case "any":
    case "odd":
      return condition.items.some(followsRelations);
    case "not":
      return followsRelations(condition.item);
    case "lookup":
    case "query":
    case "expression":
      return condition.target.relations.length > 0;
    case "test":
    default:
      return false;
  }
}
