import {
  partsOf,
  type ColumnNode,
  type DateKind,
  type DatePart,
  type NullNode,
  type OrderNode,
  type ScalarNode,
  type SqlNode,
  type ValueNode,
} from "../compiler/nodes.js";
import { QueryInvalid } from "../errors.js";
import type {
  AggregateExpression,
  ConditionNode,
  ExpressionNode,
  FunctionExpression,
  OrderExpression,
} from "../expressions/nodes.js";
import type { Operand } from "../lookups/lookup.js";
import { datePart } from "../lookups/date-transforms.js";
import { transformOf } from "../lookups/registry.js";
import type { Condition } from "./operation.js";
import { outputOf, outputs } from "./outputs.js";
import { annotationReference, followPath, operandOf } from "./path.js";
import { queryStateOfState, withWindow } from "./query-state.js";
import { resolveConditionWith, type ResolvedCondition } from "./resolve-condition.js";
import type { BuildPlace, QueryScope, Resolved } from "./resolved.js";
import { TableNode } from "./table-node.js";

/**
 * Understands an expression on rows of `scope`: its paths are followed, and its values added to `values`, which begin
 * with those of the query so far. Throws `UnknownField`, or `QueryInvalid` for what makes no sense.
 */
export function resolveExpression(node: ExpressionNode, scope: QueryScope, values: unknown[]): Resolved {
  const resolver = resolvers[node.kind] as (node: ExpressionNode, scope: QueryScope, values: unknown[]) => Resolved;
  return resolver(node, scope, values);
}

/** Understands a condition; see `resolveExpression`. */
export function resolveCondition(node: ConditionNode, scope: QueryScope, values: unknown[]): ResolvedCondition {
  return resolveConditionWith(resolveExpression, node, scope, values);
}

type Resolvers = {
  readonly [Kind in ExpressionNode["kind"]]: (
    node: Extract<ExpressionNode, { kind: Kind }>,
    scope: QueryScope,
    values: unknown[],
  ) => Resolved;
};

const plain = { isAggregate: false, isField: false, isNullable: true, manyPaths: [] } as const;

/** What a whole takes over from its parts. */
function fromParts(parts: readonly Resolved[]): Pick<Resolved, "isAggregate" | "isField" | "isNullable" | "manyPaths"> {
  return {
    isAggregate: parts.some((part) => part.isAggregate),
    isField: false,
    isNullable: true,
    manyPaths: parts.flatMap((part) => part.manyPaths),
  };
}

function invalid(scope: QueryScope, problem: string): QueryInvalid {
  return new QueryInvalid({ model: scope.schema.name, problem });
}

/** One function for each kind of expression: a new kind is a type error here until it has one. */
const resolvers: Resolvers = {
  field: ({ path }, scope) => resolvePath(path, scope),

  outer({ path, level }) {
    return {
      ...plain,
      key: `outer${level}(${JSON.stringify(path)})`,
      output: outputs.integer,
      build(at) {
        let place: BuildPlace | undefined = at;
        for (let step = 0; step < level && place !== undefined; step++) place = place.context.outer;
        if (place === undefined) {
          throw new QueryInvalid({
            model: at.root.schema.name,
            problem: `has OuterRef(${JSON.stringify(path)}) and no query around it; use it inside Exists or Subquery`,
          });
        }
        return buildOuter(path, place);
      },
    };
  },

  value({ value, output: named }, scope, values) {
    if (value === null) {
      const type = named === undefined ? undefined : outputOf(named).type;
      const node: NullNode = Object.freeze({ kind: "null", type });
      return { ...plain, key: `null ${named ?? ""}`, output: outputOf(named ?? "text"), build: () => node };
    }
    const output = named === undefined ? outputOfValue(value, scope) : outputOf(named);
    const slot = values.length;
    values.push(named === undefined ? value : output.toValue(value));
    return {
      ...plain,
      isNullable: false,
      key: `?${output.type.kind}`,
      output,
      build: ({ context }) =>
        Object.freeze<ValueNode>({ kind: "value", index: context.slotBase + slot, type: output.type }),
    };
  },

  arithmetic({ operator, left, right }, scope, values) {
    const [a, b] = [resolveExpression(left, scope, values), resolveExpression(right, scope, values)];
    return {
      ...fromParts([a, b]),
      key: `(${a.key}${operator}${b.key})`,
      output: rankOf(b.output) > rankOf(a.output) ? b.output : a.output,
      build: (at) => Object.freeze({ kind: "arithmetic", operator, left: a.build(at), right: b.build(at) }),
    };
  },

  function(node, scope, values) {
    const args = node.args.map((arg) => resolveExpression(arg, scope, values));
    const output = outputOfFunction(node, args);
    const name = nameFor(node.name, args);
    const zone = zoneFor(node, args, scope);
    return {
      ...fromParts(args),
      key: `${name}${zone === undefined ? "" : ` ${zone}`}(${args.map((arg) => arg.key).join(",")})`,
      output,
      build(at) {
        const built = args.map((arg) => arg.build(at));
        const [item] = built;
        const [, of, part = ""] = /^(part|trunc)_(.+)$/.exec(name) ?? [];
        if (of === "part" && item !== undefined) return datePart(part as DatePart, dateKindOf(args[0]), item, zone);
        if (of === "trunc" && item !== undefined && zone !== undefined) {
          const constants = [zone, part].map((value) => Object.freeze({ kind: "constant", value } as const));
          return Object.freeze({
            kind: "function",
            name: "trunc_zoned",
            args: [item, ...constants],
            output: output.type,
          });
        }
        return Object.freeze({ kind: "function", name, args: built, output: output.type });
      },
    };
  },

  template({ texts, args: given, output, isAggregate }, scope, values) {
    const args = given.map((arg) => resolveExpression(arg, scope, values));
    const parts = fromParts(args);
    return {
      ...parts,
      isAggregate: isAggregate || parts.isAggregate,
      key: `sql${isAggregate ? "*" : ""} ${output} ${JSON.stringify(texts)}(${args.map((arg) => arg.key).join(",")})`,
      output: outputOf(output),
      build: (at) => Object.freeze({ kind: "template", texts, args: args.map((arg) => arg.build(at)), isAggregate }),
    };
  },

  cast({ item, output: name, maxLength }, scope, values) {
    const inner = resolveExpression(item, scope, values);
    const base = outputOf(name);
    const type = name === "text" && maxLength !== undefined ? ({ kind: "text", maxLength } as const) : base.type;
    return {
      ...fromParts([inner]),
      key: `cast(${inner.key} ${name} ${maxLength ?? ""})`,
      output: { ...base, type },
      build: (at) => Object.freeze({ kind: "cast", item: inner.build(at), from: inner.output.type, to: type }),
    };
  },

  case({ branches: given, otherwise: last }, scope, values) {
    const branches = given.map(({ when, result }) => ({
      when: resolveCondition(when, scope, values),
      result: resolveExpression(result, scope, values),
    }));
    const otherwise = last === undefined ? undefined : resolveExpression(last, scope, values);
    const results = [...branches.map(({ result }) => result), ...(otherwise === undefined ? [] : [otherwise])];
    const [first] = results;
    if (first === undefined) throw invalid(scope, "has a Case without branches");
    const parts = fromParts(results);
    return {
      ...parts,
      isAggregate: parts.isAggregate || branches.some(({ when }) => isAggregateCondition(when.condition)),
      key: `case(${branches.map(({ when, result }) => `${when.key}:${result.key}`).join(",")},${otherwise?.key ?? ""})`,
      output: commonOutput(results) ?? first.output,
      build: (at) =>
        Object.freeze({
          kind: "case",
          branches: branches.map(({ when, result }) => ({
            when: at.context.condition(when.condition, at),
            result: result.build(at),
          })),
          otherwise: otherwise?.build(at),
        }),
    };
  },

  test({ condition: node }, scope, values) {
    const { key, condition } = resolveCondition(node, scope, values);
    return {
      ...plain,
      isAggregate: isAggregateCondition(condition),
      key: `test(${key})`,
      output: outputs.boolean,
      build: (at) => at.context.condition(condition, at),
    };
  },

  aggregate: (node, scope, values) => resolveAggregate(node, scope, values),

  window({ item, partitionBy, orderBy, frame }, scope, values) {
    // An aggregate over a window groups nothing.
    const inner =
      item.kind === "aggregate"
        ? { ...resolveAggregate(item, { ...scope, isStrict: false }, values), isAggregate: false }
        : resolveExpression(item, scope, values);
    const parts = partitionBy.map((part) => resolveExpression(part, scope, values));
    const orders = resolveOrders(orderBy, scope, values);
    return {
      ...fromParts([inner, ...parts]),
      key: `window(${inner.key},${parts.map((part) => part.key).join(",")},${orders.key},${JSON.stringify(frame ?? null)})`,
      output: inner.output,
      build: (at) =>
        Object.freeze({
          kind: "window",
          item: inner.build(at),
          partitionBy: parts.map((part) => part.build(at)),
          orderBy: orders.build(at),
          frame,
        }),
    };
  },

  subquery({ query, gives }, scope, values) {
    const state = queryStateOfState(query);
    const { shape, values: inner } = withWindow(state);
    const slot = values.length;
    values.push(...inner);
    if (gives === "existence") {
      return {
        ...plain,
        isNullable: false,
        key: `exists${shape.id}`,
        output: outputs.boolean,
        build(at) {
          const select = at.context.inner({ shape, slot }, "existence", at);
          return select === undefined
            ? Object.freeze({ kind: "truth", value: false })
            : Object.freeze({ kind: "exists", select });
        },
      };
    }
    const output = shape.valueOutput;
    if (output === undefined) throw invalid(scope, "has a Subquery that does not select one value; use values(field)");
    const asArray = gives === "array";
    return {
      ...plain,
      key: `${gives}${shape.id}`,
      output,
      build(at) {
        const select = at.context.inner({ shape, slot }, asArray ? "array" : "value", at);
        return select === undefined
          ? Object.freeze<NullNode>({ kind: "null", type: output.type })
          : Object.freeze({ kind: "scalar", select, asArray });
      },
    };
  },
};

function resolvePath(path: string, scope: QueryScope): Resolved {
  const [head = "", ...names] = path.split("__");
  const annotation = scope.annotations.get(path) ?? scope.annotations.get(head);
  if (annotation !== undefined) {
    const reference = annotationReference(annotation.name, annotation.expression);
    return withTransforms(reference, annotation.name === path ? [] : names, path, scope);
  }
  const { relations, field, rest } = followPath(scope.schema, path, scope.relations);
  const isNullable = field.isNullable || relations.some((relation) => relation.isNullable);
  const lastMany = relations.findLastIndex((relation) => relation.isMany);
  const found: Resolved = {
    key: `F(${JSON.stringify(path)})`,
    output: operandOf(field),
    isAggregate: false,
    isField: rest.length === 0,
    isNullable,
    manyPaths:
      lastMany < 0
        ? []
        : [
            relations
              .slice(0, lastMany + 1)
              .map(({ name }) => name)
              .join("__"),
          ],
    build({ root, scope: filter, tables }) {
      const table = root.joinAll(relations, filter);
      tables?.push(table);
      return table.column(field);
    },
  };
  return withTransforms(found, rest, path, scope);
}

function withTransforms(start: Resolved, names: readonly string[], path: string, scope: QueryScope): Resolved {
  let current = start;
  for (const name of names) {
    const inner = current;
    const transform = transformOf(inner.output.kind, name, scope.zone);
    if (transform === undefined) {
      throw invalid(scope, `cannot use ${JSON.stringify(path)}: ${name} is no transform of that field`);
    }
    current = {
      ...inner,
      key: inner.key.startsWith("F(") ? inner.key : `${inner.key}__${name}`,
      output: transform.output,
      isField: false,
      build: (at) => transform.build(inner.build(at)),
    };
  }
  return current;
}

function buildOuter(path: string, { root, context, scope }: BuildPlace): SqlNode {
  const [head = "", ...names] = path.split("__");
  if (context.hasAnnotation(path)) return context.annotation(path);
  if (context.hasAnnotation(head) && names.length === 0) return context.annotation(head);
  const { relations, field, rest } = followPath(root.schema, path, context.relations);
  const column: ColumnNode = root.joinAll(relations, scope).column(field);
  let { kind } = operandOf(field);
  return rest.reduce<SqlNode>((item, name) => {
    const transform = transformOf(kind, name, context.zone);
    if (transform === undefined) {
      const problem = `cannot use ${JSON.stringify(path)}: ${name} is no transform of that field`;
      throw new QueryInvalid({ model: root.schema.name, problem });
    }
    ({ kind } = transform.output);
    return transform.build(item);
  }, column);
}

function outputOfValue(value: unknown, scope: QueryScope): Operand {
  if (typeof value === "string") return outputs.text;
  if (typeof value === "boolean") return outputs.boolean;
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return outputs.integer;
  if (Number.isFinite(value)) return outputs.float;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return outputs.dateTime;
  throw invalid(scope, `cannot use ${String(value)} as a value in an expression`);
}

const ranks: readonly string[] = ["integer", "serial", "decimal", "float"];

/** Of two numbers, the one whose type holds both. */
function rankOf({ type }: Operand): number {
  return ranks.indexOf(type.kind);
}

/** The type of the first part that has one of its own; of numbers, the widest. */
function commonOutput(parts: readonly Resolved[]): Operand | undefined {
  const known = parts.filter(({ key }) => !key.startsWith("null "));
  const [first] = known;
  if (first === undefined) return undefined;
  return known.reduce<Operand>(
    (widest, { output }) => (rankOf(widest) >= 0 && rankOf(output) > rankOf(widest) ? output : widest),
    first.output,
  );
}

function outputOfFunction({ output }: FunctionExpression, args: readonly Resolved[]): Operand {
  if (output !== "same" && output !== "common") return outputOf(output);
  const found = output === "common" ? commonOutput(args) : args[0]?.output;
  return found ?? args[0]?.output ?? outputs.text;
}

/** Truncating a day is another function than truncating an instant. */
function nameFor(name: string, args: readonly Resolved[]): string {
  return name.startsWith("trunc_") && dateKindOf(args[0]) === "date" ? name.replace("trunc_", "trunc_date_") : name;
}

/** What a function of dates is given; of anything else it is for the database to say what it makes of it. */
function dateKindOf(argument: Resolved | undefined): DateKind {
  const kind = argument?.output.type.kind;
  return kind === "date" || kind === "time" ? kind : "dateTime";
}

/** The zone of a function of instants, its own or that of the query; `undefined` for UTC, and for what has none. */
function zoneFor(
  { name, zone: own }: FunctionExpression,
  args: readonly Resolved[],
  scope: QueryScope,
): string | undefined {
  if (!/^(part|trunc)_/.test(name) || dateKindOf(args[0]) !== "dateTime") return undefined;
  const zone = own ?? scope.zone;
  return zone === "UTC" ? undefined : zone;
}

/** Whether a condition is about groups rather than rows. */
export function isAggregateCondition(condition: Condition): boolean {
  switch (condition.kind) {
    case "all":
    case "any":
    case "odd":
      return condition.items.some(isAggregateCondition);
    case "not":
      return isAggregateCondition(condition.item);
    case "test":
      return condition.expression.isAggregate;
    case "expression":
      return condition.expression.isAggregate || condition.target.left?.isAggregate === true;
    case "lookup":
    case "query":
    default:
      return condition.target.left?.isAggregate === true;
  }
}

interface ResolvedOrders {
  readonly key: string;
  build(at: BuildPlace): OrderNode[];
}

function resolveOrders(orderBy: readonly OrderExpression[], scope: QueryScope, values: unknown[]): ResolvedOrders {
  const orders = orderBy.map(({ by, isDescending, nulls }) => ({
    by: resolveExpression(by, scope, values),
    isDescending,
    nulls,
  }));
  return {
    key: orders.map(({ by, isDescending, nulls }) => `${isDescending ? "-" : ""}${by.key}${nulls ?? ""}`).join(","),
    build: (at) => orders.map(({ by, isDescending, nulls }) => ({ by: by.build(at), isDescending, nulls })),
  };
}

function resolveAggregate(node: AggregateExpression, scope: QueryScope, values: unknown[]): Resolved {
  const args = node.args.map((arg) => resolveExpression(arg, scope, values));
  const filter = node.filter === undefined ? undefined : resolveCondition(node.filter, scope, values);
  const orders = resolveOrders(node.orderBy, scope, values);
  const fallback = node.default === undefined ? undefined : resolveExpression(node.default, scope, values);
  const [first] = args;
  const output = node.output === "same" ? (first?.output ?? outputs.integer) : outputOf(node.output);
  const { manyPaths } = fromParts(args);
  const build = (at: BuildPlace): SqlNode =>
    Object.freeze({
      kind: "aggregate",
      name: node.name,
      args: args.map((arg) => ofKey(arg.build(at), node, scope)),
      isDistinct: node.isDistinct,
      filter: filter === undefined ? undefined : at.context.condition(filter.condition, at),
      orderBy: orders.build(at),
      output: output.type,
      input: first?.output.type,
    });
  const withDefault = (at: BuildPlace, value: SqlNode): SqlNode => {
    if (fallback === undefined) return value;
    return Object.freeze({
      kind: "function",
      name: "coalesce",
      args: [value, fallback.build(at)],
      output: output.type,
    });
  };
  // Joined to the other rows of the query it would count them as often as there are rows of other relations.
  const standsAlone = scope.isStrict && !scope.hasValues && manyPaths.length > 0;
  return {
    key:
      `${node.name}${node.isDistinct ? "!" : ""}(${args.map((arg) => arg.key).join(",")};${filter?.key ?? ""};` +
      `${orders.key};${fallback?.key ?? ""})`,
    output,
    isAggregate: !standsAlone,
    isField: false,
    isNullable: true,
    // What is counted once each is not multiplied by other rows.
    manyPaths: node.isDistinct || node.name === "max" || node.name === "min" ? [] : manyPaths,
    build: (at) => withDefault(at, standsAlone ? buildAlone(at, build) : build(at)),
  };
}

/** A composite key can be counted, which its first part does as well, and nothing else. */
function ofKey(arg: SqlNode, { name, isDistinct }: AggregateExpression, scope: QueryScope): SqlNode {
  const [first = arg, another] = partsOf(arg);
  if (another === undefined) return arg;
  if (name === "count" && !isDistinct) return first;
  throw invalid(scope, "has a composite key, which can be counted and not otherwise be aggregated");
}

/** An aggregate in a query of its own, over the rows that belong to one row of the query around it. */
function buildAlone(at: BuildPlace, build: (at: BuildPlace) => SqlNode): SqlNode {
  const { schema } = at.root;
  const own = new TableNode(schema, at.context.aliases);
  own.narrowing = at.root.first.narrowing;
  const column = build({ ...at, root: own, scope: undefined, tables: undefined });
  return Object.freeze<ScalarNode>({
    kind: "scalar",
    asArray: false,
    select: {
      kind: "select",
      columns: [column],
      from: { table: schema.table, alias: own.alias },
      joins: own.joins(),
      where: {
        kind: "compare",
        operator: "=",
        left: own.column(schema.primaryKey),
        right: at.root.column(schema.primaryKey),
      },
      orderBy: [],
      limit: undefined,
      offset: undefined,
    },
  });
}
