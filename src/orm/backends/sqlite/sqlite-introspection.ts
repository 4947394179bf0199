import type { DatabaseShape, FoundColumn, FoundForeignKey, FoundIndex, FoundTable } from "../database-shape.js";
import type { SchemaEditor } from "../schema-editor.js";

type Asker = Pick<SchemaEditor, "ask">;

/** Looks at the tables of an SQLite database: all, or those named. */
export async function introspectSqlite(editor: Asker, tables?: readonly string[]): Promise<DatabaseShape> {
  const rows = await editor.ask(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  );
  const found = new Map<string, FoundTable>();
  for (const [name, sql] of rows.map((row) => row.map(String))) {
    if (name === undefined || (tables !== undefined && !tables.includes(name))) continue;
    found.set(name, await introspectTable(editor, name, sql ?? ""));
  }
  return found;
}

async function introspectTable(editor: Asker, table: string, sql: string): Promise<FoundTable> {
  const isSerial = /\bPRIMARY KEY AUTOINCREMENT\b/i.test(sql);
  const columns = await editor.ask('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?)', [table]);
  return {
    name: table,
    columns: columns.map(([name, type, notNull, defaultSql, pk]): FoundColumn => {
      const keyPosition = Number(pk);
      return {
        name: String(name),
        type: String(type).toLowerCase(),
        isNullable: notNull === 0 && keyPosition === 0,
        keyPosition,
        isSerial: isSerial && keyPosition === 1,
        defaultSql: typeof defaultSql === "string" ? defaultSql : undefined,
      };
    }),
    indexes: await indexesOf(editor, table),
    foreignKeys: await foreignKeysOf(editor, table),
    checks: checksIn(sql),
  };
}

async function indexesOf(editor: Asker, table: string): Promise<FoundIndex[]> {
  const rows = await editor.ask(
    `SELECT l.name, l."unique", l.origin, m.sql FROM pragma_index_list(?) AS l LEFT JOIN sqlite_master AS m ON m.name = l.name
     WHERE l.origin <> 'pk' ORDER BY l.name`,
    [table],
  );
  const indexes: FoundIndex[] = [];
  for (const [name, isUnique, origin, sql] of rows) {
    const columns = await editor.ask('SELECT name, "desc" FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno', [
      name,
    ]);
    indexes.push({
      name: origin === "c" ? String(name) : "",
      columns: columns.map(([column, isDescending]) =>
        typeof column === "string" ? `${isDescending === 1 ? "-" : ""}${column}` : "(…)",
      ),
      isUnique: isUnique === 1,
      where: /\bWHERE\b([\s\S]*)$/i.exec(typeof sql === "string" ? sql : "")?.[1]?.trim(),
    });
  }
  return indexes;
}

async function foreignKeysOf(editor: Asker, table: string): Promise<FoundForeignKey[]> {
  const rows = await editor.ask('SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', [
    table,
  ]);
  const byId = new Map<unknown, { columns: string[]; table: string; targets: string[] }>();
  for (const [id, target, from, to] of rows) {
    const key = byId.get(id) ?? { columns: [], table: String(target), targets: [] };
    key.columns.push(String(from));
    key.targets.push(String(to));
    byId.set(id, key);
  }
  return [...byId.values()];
}

/** No pragma tells of checks, so that they are read from the text of the table. */
function checksIn(sql: string): { name: string; sql: string }[] {
  const checks: { name: string; sql: string }[] = [];
  for (const match of sql.matchAll(/(?:CONSTRAINT\s+"((?:[^"]|"")+)"\s+)?CHECK\s*\(/gi)) {
    const begin = match.index + match[0].length;
    let depth = 1;
    let end = begin;
    for (; end < sql.length && depth > 0; end++) {
      if (sql[end] === "(") depth++;
      else if (sql[end] === ")") depth--;
    }
    checks.push({ name: (match[1] ?? "").replaceAll('""', '"'), sql: sql.slice(begin, end - 1).trim() });
  }
  return checks;
}
