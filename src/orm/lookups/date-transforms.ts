import { and, compare, type DatePart, type DatePartNode, type SqlNode } from "../compiler/nodes.js";
import { toDay } from "../fields/dates/date-field.js";
import { refuse } from "../fields/problem.js";
import { toInteger } from "../fields/numbers/int-field.js";
import type { Lookup, Operand, Transform } from "./lookup.js";

const instant = { kind: "dateTime" } as const;
const numberOperand: Operand = { kind: "number", type: { kind: "integer" }, toValue: toInteger };
const dateOperand: Operand = { kind: "date", type: { kind: "date" }, toValue: toDay };

function part(name: DatePart, output: Operand, lookups?: ReadonlyMap<string, Lookup>): Transform {
  const build = (item: SqlNode): SqlNode => Object.freeze<DatePartNode>({ kind: "datePart", part: name, item });
  return lookups === undefined ? { name, output, build } : { name, output, build, lookups };
}

/** The first instant of a period, and the first after it. */
type BoundsOf = (value: unknown) => readonly [start: Date, end: Date];

/**
 * The comparisons of a period (a year, a day) as comparisons of the column itself with the period's two ends, so that
 * an index over the column can be used.
 */
function asRange(boundsOf: BoundsOf): ReadonlyMap<string, Lookup> {
  const accept: Lookup["accept"] = (value, _operand, values) => {
    if (value === null) refuse("required", "may not be null; use isnull to find rows without a value");
    values.push(...boundsOf(value));
    return "";
  };
  const lookup = (name: string, build: Lookup["build"]): [string, Lookup] => [name, { name, accept, build }];
  return new Map([
    lookup("exact", (left, _variant, slotAt) =>
      and([compare(inner(left), ">=", slotAt(0, instant)), compare(inner(left), "<", slotAt(1, instant))]),
    ),
    lookup("gt", (left, _variant, slotAt) => compare(inner(left), ">=", slotAt(1, instant))),
    lookup("gte", (left, _variant, slotAt) => compare(inner(left), ">=", slotAt(0, instant))),
    lookup("lt", (left, _variant, slotAt) => compare(inner(left), "<", slotAt(0, instant))),
    lookup("lte", (left, _variant, slotAt) => compare(inner(left), "<", slotAt(1, instant))),
  ]);
}

/** The column under the transform. */
function inner(left: SqlNode): SqlNode {
  return left.kind === "datePart" ? left.item : left;
}

function yearBounds(value: unknown): readonly [Date, Date] {
  const year = toInteger(value);
  if (year < 1 || year > 9999) refuse("out_of_range", `is not a year from 1 to 9999: ${year}`);
  return [startOfYear(year), startOfYear(year + 1)];
}

function startOfYear(year: number): Date {
  const date = new Date(0);
  // Not `Date.UTC`, which takes years below 100 for those of the last century.
  date.setUTCFullYear(year, 0, 1);
  return date;
}

function dayBounds(value: unknown): readonly [Date, Date] {
  const start = new Date(`${toDay(value)}T00:00:00Z`);
  return [start, new Date(start.getTime() + 86_400_000)];
}

/** The transforms of instants, by name. All in UTC. */
export const dateTransforms: readonly Transform[] = [
  part("date", dateOperand, asRange(dayBounds)),
  part("year", numberOperand, asRange(yearBounds)),
  part("iso_year", numberOperand),
  part("quarter", numberOperand),
  part("month", numberOperand),
  part("week", numberOperand),
  part("day", numberOperand),
  part("week_day", numberOperand),
  part("iso_week_day", numberOperand),
  part("hour", numberOperand),
  part("minute", numberOperand),
  part("second", numberOperand),
];
