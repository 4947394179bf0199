/** A row as plain data, its relations as the rows themselves. `id` is its primary key. */
export interface Row {
  readonly id: number;
  readonly [name: string]: unknown;
}

/** One key of `filter`: the names it goes through, the lookup at its end, and the value. */
export interface AskedCondition {
  readonly path: readonly string[];
  readonly lookup: string;
  readonly value: unknown;
}

/** One call of `filter` or `exclude`. */
export interface AskedFilter {
  readonly isNegated: boolean;
  readonly conditions: readonly AskedCondition[];
}

export type AggregateName = "count" | "countDistinct" | "sum" | "min" | "max";

/** One aggregate: of what is at the end of a path, of the rows alone that meet a condition. */
export interface AskedAggregate {
  readonly name: AggregateName;
  readonly path: readonly string[];
  readonly filter: AskedCondition | undefined;
}

/** A query, written down so that both the ORM and this file can answer it. */
export interface AskedQuery {
  /** Values of each row, called `n0` and `n1`, made before any filter. */
  readonly annotations: readonly AskedAggregate[];
  readonly filters: readonly AskedFilter[];
  /** Conditions on annotations. */
  readonly having: readonly {
    readonly isNegated: boolean;
    readonly at: 0 | 1;
    readonly lookup: string;
    readonly value: number;
  }[];
  readonly order: readonly string[];
  readonly slice: readonly [start: number, end: number] | undefined;
}

/** A row of a result: its key, and its annotations. */
export type Found = readonly [id: number, ...annotations: (number | string | null)[]];

/** Which related row each to-many step of a filter stands at, by the path to it; null where there is none. */
type Standing = ReadonlyMap<string, Row | null>;

/**
 * Answers a query as Django's documentation says, on rows in memory and with nothing clever: all ways to pick one
 * related row for each to-many relation of a filter are tried, and each that fits gives the row once. Where rows are
 * grouped by their aggregates, each such way counts all over again.
 */
export function evaluate(rows: readonly Row[], query: AskedQuery, areNullsFirst: boolean): Found[] {
  const kept = keepAll(rows, query.filters);
  const found: { row: Row; values: (number | string | null)[] }[] = [];
  if (query.annotations.length === 0) found.push(...kept.map((row) => ({ row, values: [] })));
  else {
    for (const row of new Set(kept)) {
      const times = kept.filter((one) => one === row).length;
      const values = annotationsOf(row, query.annotations, times);
      const isKept = query.having.every(({ isNegated, at, lookup, value }) => {
        const mine = values[at] ?? null;
        if (mine === null) return false;
        return comparisons[lookup]?.(mine as never, value as never) !== isNegated;
      });
      if (isKept) found.push({ row, values });
    }
  }
  found.sort((a, b) => compareRows(a, b, query.order, areNullsFirst));
  return (query.slice === undefined ? found : found.slice(...query.slice)).map(({ row, values }): Found =>
    foundOf(row.id, values),
  );
}

function foundOf(id: number, values: readonly (number | string | null)[]): Found {
  return [id, ...values];
}

/** The rows that the filters leave, each as often as it is found. */
export function keepAll(rows: readonly Row[], filters: readonly AskedFilter[]): Row[] {
  let found = [...rows];
  for (const filter of filters) found = found.flatMap((row) => keep(row, filter));
  return found;
}

/** The aggregates over all ways to pick related rows for their paths, each way as often as the row was found. */
function annotationsOf(row: Row, aggregates: readonly AskedAggregate[], times: number): (number | string | null)[] {
  const conditions = aggregates.flatMap(({ path, filter }): AskedCondition[] => [
    { path, lookup: "", value: null },
    ...(filter === undefined ? [] : [filter]),
  ]);
  const standings = standingsOf(row, conditions);
  return aggregates.map((aggregate) => {
    const { path, filter } = aggregate;
    const fitting = standings.filter((standing) => filter === undefined || isMet(row, filter, standing));
    const values = fitting.map((standing) => plain(follow(row, path, standing)));
    return aggregated(aggregate.name, Array.from({ length: times }, () => values).flat());
  });
}

/** What an aggregate makes of values. */
export function aggregated(name: AggregateName, values: readonly unknown[]): number | string | null {
  const there = values.filter((value) => value !== null) as number[];
  if (name === "count") return there.length;
  if (name === "countDistinct") return new Set(there).size;
  if (there.length === 0) return null;
  if (name === "sum") return there.reduce((sum, value) => sum + value, 0);
  return there.reduce((best, value) => ((name === "min") === value < best ? value : best));
}

/** A row stands for its key. */
function plain(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as Row).id : value;
}

/** The value at the end of a path without relations to many. */
export function valueAt(row: Row, path: string): unknown {
  return plain(follow(row, path.split("__"), new Map()));
}

/** As many times as the row is in the result of the filter. */
function keep(row: Row, { isNegated, conditions }: AskedFilter): Row[] {
  if (isNegated) {
    // Each condition of an exclude is about related rows of its own.
    const areAllMet = conditions.every((condition) =>
      standingsOf(row, [condition]).some((standing) => isMet(row, condition, standing)),
    );
    return areAllMet && conditions.length > 0 ? [] : [row];
  }
  return standingsOf(row, conditions)
    .filter((standing) => conditions.every((condition) => isMet(row, condition, standing)))
    .map(() => row);
}

/** All ways to pick related rows for the to-many relations that `conditions` go through. */
function standingsOf(row: Row, conditions: readonly AskedCondition[]): Standing[] {
  const steps = new Set<string>();
  for (const { path } of conditions)
    for (let end = 1; end <= path.length; end++) steps.add(path.slice(0, end).join("."));
  let standings: Standing[] = [new Map()];
  for (const step of [...steps].sort((a, b) => a.length - b.length)) {
    standings = standings.flatMap((standing) => {
      const value = follow(row, step.split("."), standing);
      if (!Array.isArray(value)) return [standing];
      const members = value.length === 0 ? [null] : (value as Row[]);
      return members.map((member) => new Map([...standing, [step, member]]));
    });
  }
  return standings;
}

/** The value at the end of `path`; of a to-many relation the rows, unless the standing has picked one. */
function follow(row: Row, path: readonly string[], standing: Standing): unknown {
  let value: unknown = row;
  for (const [index, name] of path.entries()) {
    if (value === null) return null;
    value = (value as Row)[name];
    const step = path.slice(0, index + 1).join(".");
    if (standing.has(step)) value = standing.get(step) ?? null;
  }
  return value;
}

function isMet(row: Row, { path, lookup, value }: AskedCondition, standing: Standing): boolean {
  const found = follow(row, path, standing);
  if (lookup === "isnull") return (found === null) === value;
  if (found === null) return (lookup === "exact" || lookup === "iexact") && value === null;
  if (value === null) return false;
  const compare = comparisons[lookup];
  if (compare === undefined) throw new Error(`The naive evaluator has no lookup ${lookup}.`);
  return compare(found as string, value as string);
}

const lower = (text: unknown): string => String(text).toLowerCase();

const comparisons: Readonly<Record<string, (found: string, value: string) => boolean>> = {
  exact: (found, value) => found === value,
  iexact: (found, value) => lower(found) === lower(value),
  contains: (found, value) => found.includes(value),
  icontains: (found, value) => lower(found).includes(lower(value)),
  startswith: (found, value) => found.startsWith(value),
  istartswith: (found, value) => lower(found).startsWith(lower(value)),
  endswith: (found, value) => found.endsWith(value),
  iendswith: (found, value) => lower(found).endsWith(lower(value)),
  gt: (found, value) => found > value,
  gte: (found, value) => found >= value,
  lt: (found, value) => found < value,
  lte: (found, value) => found <= value,
  in: (found, value) => (value as unknown as unknown[]).includes(found),
  range: (found, value) => found >= (value[0] ?? "") && found <= (value[1] ?? ""),
};

type Sorted = { readonly row: Row; readonly values: readonly unknown[] };

/** By the keys in turn, and at the end by primary key, so that there is one answer. */
function compareRows(a: Sorted, b: Sorted, order: readonly string[], areNullsFirst: boolean): number {
  for (const key of order) {
    const name = key.replace(/^-/, "");
    const sign = key.startsWith("-") ? -1 : 1;
    const at = (of: Sorted): unknown =>
      /^n\d$/.test(name) ? of.values[Number(name.slice(1))] : follow(of.row, name.split("__"), new Map());
    const compared = compareValues(at(a), at(b), areNullsFirst);
    if (compared !== 0) return compared * sign;
  }
  return a.row.id - b.row.id;
}

/** A database puts nulls at the lower or at the upper end, whichever way it sorts. */
export function compareValues(a: unknown, b: unknown, areNullsFirst: boolean): number {
  if (a === b) return 0;
  if (a === null || b === null) return (a === null) === areNullsFirst ? -1 : 1;
  return (a as number) < (b as number) ? -1 : 1;
}
