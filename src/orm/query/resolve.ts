import { partsOf, type DatePart, type NullNode, type ValueNode } from "../compiler/nodes.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import { datePart } from "../lookups/date-transforms.js";
import { dateKindOf, nameFor, zoneFor } from "./date-functions.js";
import { commonOutput, outputOfFunction, outputOfValue, rankOf } from "./output-of.js";
import { outputOf, outputs } from "./outputs.js";
import { queryStateOfState, withWindow } from "./query-state.js";
import { isAggregateCondition, resolveAggregate, resolveOrders } from "./resolve-aggregate.js";
import { resolveConditionWith, type ResolvedCondition } from "./resolve-condition.js";
import { resolveOuter, resolvePath } from "./resolve-path.js";
import type { QueryScope, Resolved } from "./resolved.js";
import { valueOutput } from "./value-columns.js";
import { fromParts, invalid, plain } from "./resolved-parts.js";

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

const isMoment = ({ output }: Resolved): boolean => ["dateTime", "date", "time"].includes(output.type.kind);
const isLength = ({ output }: Resolved): boolean => output.type.kind === "duration";

/** A number that the program gives beside a decimal is meant by its digits, and not as a double. */
function besideDecimal(node: ExpressionNode, other: ExpressionNode, scope: QueryScope): ExpressionNode {
  if (node.kind !== "value" || node.output !== undefined || typeof node.value !== "number") return node;
  if (Number.isInteger(node.value) || !Number.isFinite(node.value)) return node;
  return resolveExpression(other, scope, []).output.type.kind === "decimal" ? { ...node, output: "decimal" } : node;
}

type Resolvers = {
  readonly [Kind in ExpressionNode["kind"]]: (
    node: Extract<ExpressionNode, { kind: Kind }>,
    scope: QueryScope,
    values: unknown[],
  ) => Resolved;
};

/** One function for each kind of expression: a new kind is a type error here until it has one. */
const resolvers: Resolvers = {
  field: ({ path }, scope) => resolvePath(path, scope),

  outer: (node, scope) => resolveOuter(node, scope),

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
    const a = resolveExpression(besideDecimal(left, right, scope), scope, values);
    const b = resolveExpression(besideDecimal(right, left, scope), scope, values);
    if (isMoment(a) && !isLength(b)) {
      throw invalid(
        scope,
        "computes with instants, days or times of day; use msSince for the time between two, and plusMs to add to one",
      );
    }
    const widest = rankOf(b.output) > rankOf(a.output) ? b.output : a.output;
    return {
      ...fromParts([a, b]),
      key: `(${a.key}${operator}${b.key})`,
      // What is computed has other digits than the field.
      output: widest.type.kind === "decimal" ? outputs.decimal : widest,
      build: (at) => Object.freeze({ kind: "arithmetic", operator, left: a.build(at), right: b.build(at) }),
    };
  },

  function(node, scope, values) {
    const args = node.args.map((arg) => resolveExpression(arg, scope, values));
    const output = outputOfFunction(node, args);
    if (node.name === "shift" && (output.type.kind === "date" || output.type.kind === "time")) {
      throw invalid(scope, "can add milliseconds to instants and lengths of time only, not to days or times of day");
    }
    const name = nameFor(node.name, args, output);
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

  aggregate: (node, scope, values) => resolveAggregate(resolveExpression, node, scope, values),

  window({ item, partitionBy, orderBy, frame }, scope, values) {
    // An aggregate over a window groups nothing.
    const inner =
      item.kind === "aggregate"
        ? { ...resolveAggregate(resolveExpression, item, { ...scope, isStrict: false }, values), isAggregate: false }
        : resolveExpression(item, scope, values);
    const parts = partitionBy.map((part) => resolveExpression(part, scope, values));
    const orders = resolveOrders(resolveExpression, orderBy, scope, values);
    return {
      ...fromParts([inner, ...parts]),
      key: `window(${inner.key},${parts.map((part) => part.key).join(",")},${orders.key},${JSON.stringify(frame ?? null)})`,
      output: inner.output,
      build: (at) =>
        Object.freeze({
          kind: "window",
          item: inner.build(at),
          partitionBy: parts.flatMap((part) => partsOf(part.build(at))),
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
    const value = valueOutput(shape);
    if (value === undefined) throw invalid(scope, "has a Subquery that does not select one value; use values(field)");
    const asArray = gives === "array";
    // A list of several rows is JSON on every database.
    const output = asArray ? outputs.json : value;
    return {
      ...plain,
      key: `${gives}${shape.id}`,
      output,
      build(at) {
        const select = at.context.inner({ shape, slot }, asArray ? "array" : "value", at);
        if (select !== undefined) return Object.freeze({ kind: "scalar", select, asArray });
        return asArray
          ? Object.freeze({ kind: "constant", value: "[]" })
          : Object.freeze<NullNode>({ kind: "null", type: output.type });
      },
    };
  },
};
