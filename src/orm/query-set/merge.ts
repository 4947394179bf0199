import type { GroupCondition } from "../query/operation.js";
import { queryStateKey } from "../query/query-state.js";
import { rootShapeOf } from "../query/root-shape.js";
import type { Shape } from "../query/shape.js";
import { refuse, schemaOfQuery, withState, type AnyQuery } from "./steps.js";

/** Steps of a query that another can take over, or leave aside, when both become one. */
const plainSteps: ReadonlySet<string> = new Set([
  "filter",
  "merge",
  "order",
  "reverse",
  "keyOrder",
  "distinct",
  "related",
  "fields",
  "lock",
  "strict",
  "values",
]);

/**
 * `query` with what `other` asks: rows that both have, that one of them has, or just one of them. Django's rules: both
 * are of one model, with the same columns, distinct or not; the order is that of `other`, where it has one. What is
 * sliced, or has annotations, stands for the keys of its rows.
 */
export function merged<Q extends AnyQuery>(query: Q, other: AnyQuery, operator: GroupCondition["kind"]): Q {
  check(query, other);
  const [isNone, isOtherNone] = [hasStep(query, "none"), hasStep(other, "none")];
  if (operator === "all" ? isNone : isOtherNone) return query;
  if (operator === "all" ? isOtherNone : isNone) return withState(query, other[queryStateKey]);
  const left = query[queryStateKey].window === undefined ? query : keysOf(query);
  const right = isPlain(other) ? other : keysOf(other);
  if (left === query && right === other && hasStep(query, "distinct") !== hasStep(other, "distinct")) {
    refuse(query, "cannot be combined with another query where only one of them is distinct");
  }
  const { shape, values } = left[queryStateKey];
  const { shape: added, values: more } = right[queryStateKey];
  const whole = shape.merge(operator, { shape: added, slot: values.length });
  return withState(query, { shape: whole, values: [...values, ...more], window: undefined });
}

function check(query: AnyQuery, other: AnyQuery): void {
  const [mine, others] = [schemaOfQuery(query), schemaOfQuery(other)];
  if (mine !== others) refuse(query, `cannot be combined with a query of ${others.name}`);
  for (const { shape, window } of [query[queryStateKey], other[queryStateKey]]) {
    if (shape.isCombined) refuse(query, "cannot be combined with and, or, xor after union and its like");
    if (shape.operations.some(({ kind }) => kind === "recursive" || kind === "with")) {
      refuse(query, "cannot be combined where one query is recursive or has common tables");
    }
    if (shape.hasValues && window !== undefined) refuse(query, "cannot be combined where plain values are sliced");
  }
  if (columnsOf(query) !== columnsOf(other)) refuse(query, "cannot be combined with a query of other columns");
}

/** What `values` chose, as text. */
function columnsOf(query: AnyQuery): string {
  const { shape } = query[queryStateKey];
  if (!shape.hasValues) return "";
  const steps = shape.operations.slice(shape.operations.findLastIndex(({ kind }) => kind === "values"));
  const names: string[] = [];
  for (const step of steps) {
    if (step.kind === "values") names.push(step.form);
    const columns = step.kind === "values" ? step.columns : step.kind === "annotate" ? step.annotations : [];
    for (const { name, expression } of columns) names.push(name, expression.key);
  }
  return JSON.stringify(names);
}

function hasStep({ [queryStateKey]: { shape } }: AnyQuery, wanted: string): boolean {
  return shape.operations.some(({ kind }) => kind === wanted);
}

/** Whether all that a query asks is in its conditions. */
function isPlain({ [queryStateKey]: { shape, window } }: AnyQuery): boolean {
  if (window !== undefined) return false;
  return shape.operations.every(
    (step) => plainSteps.has(step.kind) && !(step.kind === "distinct" && step.on.length > 0),
  );
}

/** The rows whose keys are among those of `query`. */
function keysOf<Q extends AnyQuery>(query: Q): Q {
  const { shape } = query[queryStateKey];
  const values: unknown[] = [];
  const root: Shape = rootShapeOf(shape.schema, shape.zone);
  const found = root.draft(false).step("pk__in", query, values).finish();
  return withState(query, { shape: found, values, window: undefined });
}
