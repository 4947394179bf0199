type QueryValue = string | number | bigint | boolean | Date | null | undefined;

/** The parameters of a query by name. */
export type QueryValues = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** What follows `?` in a URL. Dates are written in UTC, as ISO 8601. */
export function queryText(values: QueryValues | URLSearchParams): string {
  if (values instanceof URLSearchParams) return values.toString();
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue]) {
      if (one !== null && one !== undefined) query.append(name, one instanceof Date ? one.toISOString() : String(one));
    }
  }
  return query.toString();
}
