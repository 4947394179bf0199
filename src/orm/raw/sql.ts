import type { Dialect } from "../compiler/dialect.js";

/** What stands in SQL as a parameter: it never becomes a part of the text. */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null;

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly value: SqlValue }
  | { readonly kind: "name"; readonly path: readonly string[] };

/** SQL that a program wrote, its values apart from its text. Made by `sql`. */
export class Sql {
  readonly #parts: readonly Part[];

  /** @internal Use the tag `sql`. */
  constructor(parts: readonly Part[]) {
    this.#parts = Object.freeze([...parts]);
  }

  /** @internal */
  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** The text in the words of `dialect`, with a placeholder for each value, and the values as its driver takes them. */
  writeFor(dialect: Dialect): { readonly text: string; readonly parameters: readonly unknown[] } {
    const parameters: unknown[] = [];
    const text = this.#parts.map((part) => {
      if (part.kind === "text") return part.text;
      if (part.kind === "name") return part.path.map((name) => dialect.quote(name)).join(".");
      parameters.push(part.value === null ? null : dialect.untyped(part.value));
      return dialect.placeholder(parameters.length);
    });
    return { text: text.join(""), parameters };
  }
}

/**
 * SQL with values: what stands between `${` and `}` becomes a parameter, other SQL made by `sql` a part of the text.
 *
 * ```ts
 * const popular = sql`likes > ${10}`;
 * await Message.raw(sql`SELECT * FROM message WHERE ${popular} ORDER BY ${sql.identifier("sent_at")}`);
 * ```
 */
export function sql(texts: TemplateStringsArray, ...values: readonly (SqlValue | Sql)[]): Sql {
  const parts: Part[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== "") parts.push({ kind: "text", text });
    if (index < values.length) parts.push(...partsOf(values[index]));
  }
  return new Sql(parts);
}

function partsOf(value: SqlValue | Sql | undefined): readonly Part[] {
  if (value instanceof Sql) return value.parts;
  if (value === undefined) throw new TypeError("sql: a value is undefined; give null for NULL");
  if (typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)) {
    throw new TypeError("sql: a value is an object; a list is given with sql.list");
  }
  return [{ kind: "value", value }];
}

/** The name of a table or column, quoted: of several, one in the other (`sql.identifier("message", "text")`). */
sql.identifier = (...path: readonly [string, ...string[]]): Sql => {
  for (const name of path) {
    if (name === "" || name.includes("\0")) throw new TypeError(`sql.identifier: not a name: ${JSON.stringify(name)}`);
  }
  return new Sql([{ kind: "name", path }]);
};

/** Values with commas between them, for `IN (…)`. There must be one at least. */
sql.list = (values: readonly SqlValue[]): Sql => {
  if (values.length === 0) throw new TypeError("sql.list: an empty list is no SQL; leave the condition out");
  const parts = values.flatMap((value, index) => [
    ...(index === 0 ? [] : [{ kind: "text", text: ", " } as const]),
    ...partsOf(value),
  ]);
  return new Sql(parts);
};
