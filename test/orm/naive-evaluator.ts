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

/** A query, written down so that both the ORM and this file can answer it. */
export interface AskedQuery {
  readonly filters: readonly AskedFilter[];
  readonly order: readonly string[];
  readonly slice: readonly [start: number, end: number] | undefined;
}

/** Which related row each to-many step of a filter stands at, by the path to it; null where there is none. */
type Standing = ReadonlyMap<string, Row | null>;

/**
 * Answers a query as Django's documentation says, on rows in memory and with nothing clever: all ways to pick one
 * related row for each to-many relation of a filter are tried, and each that fits gives the row once.
 */
export function evaluate(rows: readonly Row[], query: AskedQuery, areNullsFirst: boolean): number[] {
  let found = [...rows];
  for (const filter of query.filters) found = found.flatMap((row) => keep(row, filter));
  found.sort((a, b) => compareRows(a, b, query.order, areNullsFirst));
  return (query.slice === undefined ? found : found.slice(...query.slice)).map((row) => row.id);
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

/** By the keys in turn, and at the end by primary key, so that there is one answer. */
function compareRows(a: Row, b: Row, order: readonly string[], areNullsFirst: boolean): number {
  for (const key of order) {
    const path = key.replace(/^-/, "").split("__");
    const sign = key.startsWith("-") ? -1 : 1;
    const [x, y] = [follow(a, path, new Map()), follow(b, path, new Map())] as [never, never];
    if (x === y) continue;
    // A database puts nulls at the lower or at the upper end, whichever way it sorts.
    if (x === null || y === null) return ((x === null) === areNullsFirst ? -1 : 1) * sign;
    return (x < y ? -1 : 1) * sign;
  }
  return a.id - b.id;
}
