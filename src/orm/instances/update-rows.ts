import { bind, type Statement } from "../compiler/statement.js";
import type { MaybePromise, QueryResult } from "../backends/backend.js";
import type { Dialect } from "../compiler/dialect.js";
import type { SqlNode } from "../compiler/nodes.js";
import { slot } from "../compiler/sql-writer.js";
import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import { QueryInvalid } from "../errors.js";
import type { ExpressionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import { ProblemFound } from "../fields/problem.js";
import { statementPlan } from "../query/plans.js";
import type { QueryState } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import { changeTarget } from "../query/select-builder.js";
import { resolveExpression } from "../query/resolve.js";
import type { BuildPlace, Resolved } from "../query/resolved.js";
import { TableNode } from "../query/table-node.js";
import { isBulkTold, tellBulk } from "../signals/announce.js";
import { keysOf, rowsWhere } from "./matching-rows.js";
import type { Schema } from "../schema/schema.js";
import { cleanValues, refuseUnknownKeys } from "./clean-values.js";
import { asColumn, expressionIn, isComputing, plainIn } from "./computed-values.js";
import { withParts } from "./parted-references.js";

/** Changes all rows of a query, gives their number, and tells those who want to know which they were. */
export function updateQuery(database: Database, state: QueryState<Shape>, given: object): MaybePromise<number> {
  const { schema } = state.shape;
  if (!isBulkTold(schema)) return updateRows(database, state, given);
  const using = database.alias;
  return atomic(
    async () => {
      // Before the change: afterwards the rows may not meet the conditions any more.
      const keys = await keysOf(database, state);
      const count = await updateRows(database, state, given);
      await tellBulk(database, schema, { action: "update", keys });
      return count;
    },
    { using },
  );
}

/** Changes all rows of a query and gives their number. */
export function updateRows(database: Database, state: QueryState<Shape>, wanted: object): MaybePromise<number> {
  const { shape, values } = state;
  const { schema } = shape;
  const { dialect } = database.backend;
  const latest = shape.latestChange as PlainChange | undefined;
  if (latest?.dialect === dialect) {
    const bound = valuesAgain(latest, values, wanted);
    if (bound !== undefined) return database.ask(latest.statement, bind(latest.statement, bound), schema, countOf);
  }
  const given = withParts(schema, wanted);
  refuseUnknownKeys(schema, given);
  const { parent } = schema;
  if (parent !== undefined && Object.keys(given).some((name) => schema.isInherited(name))) {
    return updateBoth(database, state, parent, given);
  }
  const fields: Field[] = [];
  const plain: unknown[] = [];
  const computed: [field: Field, value: ExpressionNode][] = [];
  for (const name in given) {
    const value: unknown = Object.hasOwn(given, name) ? (given as Readonly<Record<string, unknown>>)[name] : undefined;
    if (value === undefined) continue;
    const expression = expressionIn(value);
    if (expression !== undefined) computed.push([schema.field(name), expression]);
    else {
      fields.push(schema.field(name));
      plain.push(plainIn(value));
    }
  }
  const all: unknown[] = values.concat(cleanValues(schema, fields, (_, index) => plain[index]));
  let purpose = "update";
  for (const field of fields) purpose += ` ${field.name}=?`;
  const expressions: Change[] = [];
  for (const [field, value] of computed) {
    const first = all.length;
    const expression = resolveExpression(value, shape, all);
    purpose += ` ${field.name}=${expression.key}`;
    expressions.push({ field, first, expression });
  }
  if (fields.length === 0 && computed.length === 0) return 0;
  const statement = statementPlan(shape, dialect, purpose, () => {
    const target = changeTarget(shape);
    if (target === undefined) return undefined;
    const changes: Change[] = fields.map((field, index) => ({ field, first: values.length + index }));
    const set = changes.concat(expressions).map(({ field, first, expression }) => ({
      column: field.column,
      value:
        expression === undefined
          ? slot(first, field.columnType)
          : writtenInto(field, target.query.place, target.alias, expression),
    }));
    return { kind: "update", table: schema.table, alias: target.alias, set, where: target.where };
  });
  if (statement === undefined) return 0;
  if (computed.length === 0 && given === wanted) {
    const names = fields.map(({ name }) => name);
    shape.latestChange = { dialect, fields, names, statement } satisfies PlainChange;
  }
  return database.ask(statement, bind(statement, all), schema, countOf);
}

/** A change to plain values that was made of a shape before. */
interface PlainChange {
  readonly dialect: Dialect;
  /** In the order in which they were named. */
  readonly fields: readonly Field[];
  readonly names: readonly string[];
  readonly statement: Statement;
}

/** The values for the statement of `change`, where `wanted` are plain values for the same fields and all of them are right. */
function valuesAgain(
  { fields, names }: PlainChange,
  values: readonly unknown[],
  wanted: object,
): readonly unknown[] | undefined {
  const all = values.slice();
  let at = 0;
  try {
    for (const name in wanted) {
      const value = (wanted as Readonly<Record<string, unknown>>)[name];
      if (name !== names[at] || value === undefined || isComputing(value) || !Object.hasOwn(wanted, name))
        return undefined;
      all.push((fields[at++] as Field).clean(value));
    }
  } catch (thrown) {
    if (!(thrown instanceof ProblemFound)) throw thrown;
    // All that is wrong is looked for on the long way.
    return undefined;
  }
  return at === fields.length ? all : undefined;
}

const countOf = ({ count }: QueryResult): number => count;

/** Changes columns of the parent's table, too: of the rows that there are before. */
async function updateBoth(
  database: Database,
  state: QueryState<Shape>,
  parent: Schema,
  given: object,
): Promise<number> {
  const { schema } = state.shape;
  const entries = Object.entries(given);
  const own = entries.filter(([name]) => !schema.isInherited(name));
  return atomic(
    async () => {
      const keys = await keysOf(database, state);
      if (keys.length === 0) return 0;
      if (own.length > 0) await updateRows(database, rowsWhere(schema, "pk__in", keys), Object.fromEntries(own));
      const inherited = entries.filter(([name]) => schema.isInherited(name));
      await updateRows(database, rowsWhere(parent, "pk__in", keys), Object.fromEntries(inherited));
      return keys.length;
    },
    database.alias === "" ? {} : { using: database.alias },
  );
}

/** What one column is set to: the value in the slot `first`, or the expression whose values begin there. */
interface Change {
  readonly field: Field;
  readonly first: number;
  readonly expression?: Resolved;
}

/** `expression` as it is written into the column of `field`, over the columns of the table called `alias` alone. */
export function writtenInto(field: Field, place: BuildPlace, alias: string, expression: Resolved): SqlNode {
  return asColumn(field, writtenIn(place, alias, expression), expression);
}

/** The expression in SQL, over columns of the table called `alias` alone. */
function writtenIn(place: BuildPlace, alias: string, expression: Resolved): SqlNode {
  const own = new TableNode(place.root.schema, place.context.aliases, undefined, undefined, alias);
  const node = expression.build({ ...place, root: own });
  if (!own.hasJoins && !expression.isAggregate) return node;
  throw new QueryInvalid({
    model: own.schema.name,
    problem:
      "cannot be updated with F or Q over a relation; use the row's own fields, or Exists and Subquery for others",
  });
}
