import type { DatabaseShape, FoundColumn, FoundForeignKey, FoundIndex, FoundTable } from "../database-shape.js";
import type { SchemaEditor } from "../schema-editor.js";

type Asker = Pick<SchemaEditor, "ask">;
type Row = readonly unknown[];

/** Tables of the schema that the connection uses; `$1` narrows them to a JSON array of names. */
const chosen = `n.nspname = current_schema() AND c.relkind IN ('r', 'p')
  AND ($1::text IS NULL OR c.relname::text IN (SELECT jsonb_array_elements_text($1::text::jsonb)))`;

const columnsSql = `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), (NOT a.attnotnull)::int,
    a.attidentity::text, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE ${chosen} ORDER BY c.relname, a.attnum`;

const indexesSql = `SELECT c.relname::text, i.relname::text, x.indisunique::int, x.indisprimary::int,
    pg_get_expr(x.indpred, x.indrelid), coalesce(a.attname::text, '(…)'), (x.indoption[k.n - 1] & 1)::int
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
    CROSS JOIN generate_series(1, x.indnkeyatts) AS k (n)
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[k.n - 1] AND a.attnum > 0
  WHERE ${chosen} ORDER BY c.relname, i.relname, k.n`;

const constraintsSql = `SELECT c.relname::text, o.conname::text, o.contype::text, pg_get_expr(o.conbin, o.conrelid), t.relname::text,
    (SELECT jsonb_agg(a.attname ORDER BY k.n) FROM unnest(o.conkey) WITH ORDINALITY AS k (num, n)
      JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.num)::text,
    (SELECT jsonb_agg(a.attname ORDER BY k.n) FROM unnest(o.confkey) WITH ORDINALITY AS k (num, n)
      JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.num)::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_constraint o ON o.conrelid = c.oid LEFT JOIN pg_class t ON t.oid = o.confrelid
  WHERE o.contype IN ('c', 'f') AND ${chosen} ORDER BY c.relname, o.conname`;

/** Looks at the tables of a PostgreSQL database: all of the current schema, or those named. */
export async function introspectPostgres(editor: Asker, tables?: readonly string[]): Promise<DatabaseShape> {
  const names = tables === undefined ? null : JSON.stringify(tables);
  const columns = byTable(await editor.ask(columnsSql, [names]));
  const indexes = byTable(await editor.ask(indexesSql, [names]));
  const constraints = byTable(await editor.ask(constraintsSql, [names]));
  const found = new Map<string, FoundTable>();
  for (const [name, rows] of columns) {
    const ownIndexes = indexes.get(name) ?? [];
    const ownConstraints = constraints.get(name) ?? [];
    const key = ownIndexes.filter(([, , , isPrimary]) => isPrimary === 1).map(([, , , , , column]) => String(column));
    found.set(name, {
      name,
      columns: rows.filter(([, column]) => column !== null).map((row) => foundColumn(row, key)),
      indexes: foundIndexes(ownIndexes.filter(([, , , isPrimary]) => isPrimary !== 1)),
      foreignKeys: ownConstraints.filter(([, , type]) => type === "f").map(foundForeignKey),
      checks: ownConstraints
        .filter(([, , type]) => type === "c")
        .map(([, checkName, , sql]) => ({ name: String(checkName), sql: String(sql) })),
    });
  }
  return found;
}

function byTable(rows: readonly Row[]): Map<string, Row[]> {
  const tables = new Map<string, Row[]>();
  for (const row of rows) {
    const table = String(row[0]);
    const list = tables.get(table);
    if (list === undefined) tables.set(table, [row]);
    else list.push(row);
  }
  return tables;
}

function foundColumn([, name, type, isNullable, identity, defaultSql]: Row, key: readonly string[]): FoundColumn {
  return {
    name: String(name),
    type: String(type).toLowerCase(),
    isNullable: isNullable === 1,
    keyPosition: key.indexOf(String(name)) + 1,
    isSerial: identity !== "" || String(defaultSql).startsWith("nextval("),
    defaultSql: typeof defaultSql === "string" ? defaultSql : undefined,
  };
}

function foundIndexes(rows: readonly Row[]): FoundIndex[] {
  const byName = new Map<string, { name: string; columns: string[]; isUnique: boolean; where: string | undefined }>();
  for (const [, name, isUnique, , where, column, isDescending] of rows) {
    const key = String(name);
    const index = byName.get(key) ?? {
      name: key,
      columns: [],
      isUnique: isUnique === 1,
      where: typeof where === "string" ? where : undefined,
    };
    index.columns.push(`${isDescending === 1 ? "-" : ""}${String(column)}`);
    byName.set(key, index);
  }
  return [...byName.values()];
}

function foundForeignKey([, , , , table, columns, targets]: Row): FoundForeignKey {
  return {
    columns: JSON.parse(String(columns)) as string[],
    table: String(table),
    targets: JSON.parse(String(targets)) as string[],
  };
}
