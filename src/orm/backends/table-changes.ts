import type { Dialect } from "../compiler/dialect.js";
import type { ColumnShape, ConstraintShape, IndexShape, TableShape } from "./table-shape.js";

/** One thing under two names, or in two states. */
export interface Change<T> {
  readonly from: T;
  readonly to: T;
}

/** What must be done to a table to make another of it. The columns in it have the names that they get. */
export interface TableChanges {
  readonly isRenamed: boolean;
  /** Columns that keep what is in them under another name. */
  readonly renamedColumns: readonly Change<string>[];
  readonly addedColumns: readonly ColumnShape[];
  readonly removedColumns: readonly ColumnShape[];
  readonly alteredColumns: readonly Change<ColumnShape>[];
  readonly constraints: PartChanges<ConstraintShape>;
  readonly indexes: PartChanges<IndexShape>;
  readonly comments: readonly CommentChange[];
}

/** Another comment on a column, or on the table. */
export interface CommentChange {
  /** `undefined` for the table. */
  readonly column?: string;
  /** `undefined` where there is to be none. */
  readonly comment: string | undefined;
}

/** What must be done to the constraints, or to the indexes, of a table. */
export interface PartChanges<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly renamed: readonly Change<T>[];
}

/**
 * Compares two shapes of one table. `renamed` has the columns that get another name, by their old one.
 *
 * Constraints and indexes are the same when the database is told the same of them, whatever their names are: a rename
 * of a column or table, from which their names are made, makes none of them anew.
 */
export function compareTables(
  from: TableShape,
  to: TableShape,
  renamed: ReadonlyMap<string, string>,
  dialect: Dialect,
): TableChanges {
  const rename = (body: string): string => renameIn(body, renamed, dialect);
  const newName = (column: string): string => renamed.get(column) ?? column;
  const target = (table: string | undefined) => (table === from.name ? to.name : table);
  const before = new Map(from.columns.map((column) => [newName(column.name), column]));
  const after = new Map(to.columns.map((column) => [column.name, column]));
  const comments: CommentChange[] = from.comment === to.comment ? [] : [{ comment: to.comment }];
  for (const { name: column, comment } of to.columns) {
    if (before.get(column)?.comment !== comment) comments.push({ column, comment });
  }
  const kept = to.columns.flatMap((column) => {
    const old = before.get(column.name);
    return old === undefined ? [] : [{ from: old, to: column }];
  });
  return {
    isRenamed: from.name !== to.name,
    comments,
    renamedColumns: [...renamed].flatMap(([old, name]) =>
      old !== name && after.has(name) ? [{ from: old, to: name }] : [],
    ),
    addedColumns: to.columns.filter(({ name }) => !before.has(name)),
    removedColumns: from.columns.filter(({ name }) => !after.has(newName(name))),
    alteredColumns: kept.filter((change) => !isSameColumn(change, rename)),
    constraints: compareParts(
      from.constraints,
      to.constraints,
      (one, isOld) =>
        `${one.kind} ${isOld ? `${rename(one.body)} ${target(one.target)}` : `${one.body} ${one.target}`}`,
    ),
    indexes: compareParts(
      from.indexes,
      to.indexes,
      (one, isOld) => `${one.isUnique} ${isOld ? rename(one.body) : one.body}`,
    ),
  };
}

/** Whether nothing has to be done. */
export function isUnchanged(changes: TableChanges): boolean {
  const { isRenamed, renamedColumns, addedColumns, removedColumns, alteredColumns } = changes;
  const { constraints, indexes, comments } = changes;
  const isSame = ({ added, removed, renamed }: PartChanges<unknown>) =>
    added.length + removed.length + renamed.length === 0;
  return (
    !isRenamed &&
    renamedColumns.length + addedColumns.length + removedColumns.length + alteredColumns.length === 0 &&
    comments.length === 0 &&
    isSame(constraints) &&
    isSame(indexes)
  );
}

function isSameColumn({ from, to }: Change<ColumnShape>, rename: (body: string) => string): boolean {
  return rename(from.definition) === to.definition;
}

/** Column names in SQL are always quoted, so that they can be told from everything else in it. */
function renameIn(body: string, renamed: ReadonlyMap<string, string>, { quote }: Dialect): string {
  if (renamed.size === 0) return body;
  return body.replace(/"(?:[^"]|"")*"/g, (quoted) => {
    const name = renamed.get(quoted.slice(1, -1).replaceAll('""', '"'));
    return name === undefined ? quoted : quote(name);
  });
}

function compareParts<T extends { readonly name: string }>(
  from: readonly T[],
  to: readonly T[],
  keyOf: (part: T, isOld: boolean) => string,
): PartChanges<T> {
  const wanted = to.map((part) => ({ part, key: keyOf(part, false) }));
  const there = from.map((part) => ({ part, key: keyOf(part, true) }));
  const renamed: Change<T>[] = [];
  const takeWhere = (isIt: (one: (typeof wanted)[number], key: string) => boolean) => {
    for (const old of there.slice()) {
      const match = wanted.find((one) => one.key === old.key && isIt(one, old.part.name));
      if (match === undefined) continue;
      there.splice(there.indexOf(old), 1);
      wanted.splice(wanted.indexOf(match), 1);
      if (match.part.name !== old.part.name) renamed.push({ from: old.part, to: match.part });
    }
  };
  // Where two are alike, those that keep their names are found first.
  takeWhere(({ part }, name) => part.name === name);
  takeWhere(() => true);
  return { added: wanted.map(({ part }) => part), removed: there.map(({ part }) => part), renamed };
}
