import {
  and,
  compare,
  type CompareOperator,
  type DateKind,
  type DatePart,
  type DatePartNode,
  type SqlNode,
} from "../compiler/nodes.js";
import type { ColumnType } from "../fields/column-type.js";
import { toDay } from "../fields/dates/date-field.js";
import { toTime } from "../fields/dates/time-field.js";
import { instantInZone } from "../fields/dates/zone.js";
import { toInteger } from "../fields/numbers/int-field.js";
import { refuse } from "../fields/problem.js";
import type { Lookup, Operand, Transform } from "./lookup.js";

const instant = { kind: "dateTime" } as const;
const day = { kind: "date" } as const;
const numberOperand: Operand = { kind: "number", type: { kind: "integer" }, toValue: toInteger };
const timeOperand: Operand = { kind: "time", type: { kind: "time" }, toValue: toTime };

const datePartNames = ["year", "iso_year", "quarter", "month", "week", "day", "week_day", "iso_week_day"] as const;
const timePartNames = ["hour", "minute", "second"] as const;

/** The part called `name` of a `kind`, by the clocks of `zone`. */
export function datePart(name: DatePart, kind: DateKind, item: SqlNode, zone?: string): DatePartNode {
  const node = { kind: "datePart", part: name, of: kind, item } as const;
  return Object.freeze<DatePartNode>(zone === undefined ? node : { ...node, zone });
}

/** A period (a year, a day) as its first value and its end. */
interface Period {
  readonly type: ColumnType;
  /** Whether the end is the last value in the period, rather than the first after it. */
  readonly isLast: boolean;
  boundsOf(value: unknown): readonly [start: unknown, end: unknown];
}

/**
 * The comparisons of a period as comparisons of the column itself with the period's two ends, so that an index over
 * the column can be used.
 */
function asRange({ type, isLast, boundsOf }: Period): ReadonlyMap<string, Lookup> {
  const accept: Lookup["accept"] = (value, _operand, values) => {
    if (value === null) refuse("required", "may not be null; use isnull to find rows without a value");
    values.push(...boundsOf(value));
    return "";
  };
  const lookup = (name: string, operator: CompareOperator, build: Lookup["build"]): [string, Lookup] => [
    name,
    // What the database computes has no ends that are known: then the part itself is compared.
    { name, accept, build, buildWith: (left, right) => compare(left, operator, right) },
  ];
  const within = isLast ? "<=" : "<";
  return new Map([
    lookup("exact", "=", (left, _variant, slotAt) =>
      and([compare(inner(left), ">=", slotAt(0, type)), compare(inner(left), within, slotAt(1, type))]),
    ),
    lookup("gt", ">", (left, _variant, slotAt) => compare(inner(left), isLast ? ">" : ">=", slotAt(1, type))),
    lookup("gte", ">=", (left, _variant, slotAt) => compare(inner(left), ">=", slotAt(0, type))),
    lookup("lt", "<", (left, _variant, slotAt) => compare(inner(left), "<", slotAt(0, type))),
    lookup("lte", "<=", (left, _variant, slotAt) => compare(inner(left), within, slotAt(1, type))),
  ]);
}

/** The column under the transform. */
function inner(left: SqlNode): SqlNode {
  return left.kind === "datePart" ? left.item : left;
}

function toYear(value: unknown): number {
  const year = toInteger(value);
  return year < 1 || year > 9999 ? refuse("out_of_range", `is not a year from 1 to 9999: ${year}`) : year;
}

function startOfYear(year: number): number {
  const date = new Date(0);
  // Not `Date.UTC`, which takes years below 100 for those of the last century.
  return date.setUTCFullYear(year, 0, 1);
}

function yearOfInstants(zone: string): Period {
  const start = (year: number): Date => new Date(instantInZone(startOfYear(year), zone));
  const boundsOf: Period["boundsOf"] = (value) => [start(toYear(value)), start(toYear(value) + 1)];
  return { type: instant, isLast: false, boundsOf };
}

function dayOfInstants(zone: string): Period {
  const boundsOf: Period["boundsOf"] = (value) => {
    const midnight = Date.parse(`${toDay(value, zone)}T00:00:00Z`);
    return [midnight, midnight + 86_400_000].map((local) => new Date(instantInZone(local, zone))) as [Date, Date];
  };
  return { type: instant, isLast: false, boundsOf };
}

const yearOfDays: Period = {
  type: day,
  isLast: true,
  boundsOf(value) {
    const year = String(toYear(value)).padStart(4, "0");
    return [`${year}-01-01`, `${year}-12-31`];
  },
};

function part(name: DatePart, kind: DateKind, output: Operand, period?: Period, zone?: string): Transform {
  const build = (item: SqlNode): SqlNode => datePart(name, kind, item, zone);
  return period === undefined ? { name, output, build } : { name, output, build, lookups: asRange(period) };
}

/** The parts of an instant by the clocks of `zone`. */
function instantParts(zone: string | undefined): readonly Transform[] {
  const inZone = zone ?? "UTC";
  const dayOperand: Operand = { kind: "date", type: day, toValue: (value) => toDay(value, inZone) };
  return [
    part("date", "dateTime", dayOperand, dayOfInstants(inZone), zone),
    part("time", "dateTime", timeOperand, undefined, zone),
    ...[...datePartNames, ...timePartNames].map((name) =>
      part(name, "dateTime", numberOperand, name === "year" ? yearOfInstants(inZone) : undefined, zone),
    ),
  ];
}

/** There are a few hundred zones, and most programs use few. */
const zoned = new Map<string, ReadonlyMap<string, Transform>>();

function inZone(name: string, zone: string): Transform | undefined {
  const known = zoned.get(zone) ?? new Map(instantParts(zone).map((one) => [one.name, one]));
  zoned.set(zone, known);
  return known.get(name);
}

/** The transforms of instants: in UTC, or in the time zone of the query. */
export const dateTimeTransforms: readonly Transform[] = instantParts(undefined).map((transform) =>
  Object.assign(transform, { inZone: (zone: string) => inZone(transform.name, zone) ?? transform }),
);

/** The transforms of days of the calendar. */
export const dateTransforms: readonly Transform[] = datePartNames.map((name) =>
  part(name, "date", numberOperand, name === "year" ? yearOfDays : undefined),
);

/** The transforms of times of day. */
export const timeTransforms: readonly Transform[] = timePartNames.map((name) => part(name, "time", numberOperand));
