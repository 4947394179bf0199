import { currentTimeZone, shownInTemplates } from "../core/index.js";
import { Trunc, TruncDate, type TruncUnit, type ZoneOption } from "./expressions/functions/dates.js";
import { nodeOf } from "./expressions/arguments.js";
import { oneOf } from "./expressions/one-of.js";
import { conditionNodeOf } from "./expressions/condition.js";
import { Expression } from "./expressions/expression.js";
import type { ExpressionNode } from "./expressions/nodes.js";
import type { Queryable } from "./expressions/subquery.js";
import { checkRelations } from "./query-set/check-relations.js";
import type { PrefetchSpec, WithPrefetched } from "./query-set/prefetch.js";
import { queryOptionsKey, type QuerySetOptions } from "./query-set/query-options.js";
import { again, refuse, refuseCombined, reshaped, schemaOfQuery, withState } from "./query-set/steps.js";
import { WritingQuery } from "./query-set/writing-query.js";
import type { RowForm } from "./query/operation.js";
import { queryStateKey, withWindow, type QueryState } from "./query/query-state.js";
import { chosenShape, narrowedShape, recursiveShape, shapeWith, type ColumnChoice } from "./query/common-shapes.js";
import { rootShapeOf } from "./query/root-shape.js";
import type { Shape } from "./query/shape.js";
import { RawQuery, type RawColumns, type RawOptions, type RawRow } from "./raw/raw-query.js";
import type { Sql } from "./raw/sql.js";
import type { Schema } from "./schema/schema.js";
import type { BesideColumns, CommonColumns, NextOption, RelationName, SelfRelation } from "./typing/common.js";
import type { DateUnit, PeriodOrder, PeriodPath } from "./typing/periods.js";
import type { Target } from "./typing/relation.js";
import type { Checked, ResultOf, Results } from "./typing/result.js";
import type {
  AfterPaths,
  Annotated,
  Annotations,
  CheckedItem,
  CheckedItems,
  DeferredRow,
  ExpressionsRow,
  ItemsRow,
  ListOptions,
  ListRow,
  NamedOption,
  NamedRow,
  OnlyRow,
  PrefetchHint,
  PrefetchPath,
  ValueHint,
  ValuePaths,
  ValuesRow,
} from "./typing/rows.js";
import type { ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { Where } from "./typing/where.js";

/**
 * A query for rows of the model `T`: lazy, immutable, and awaitable.
 *
 * Its methods give new query sets and ask nothing of the database; awaiting one asks, each time anew, and gives an
 * array. `Row` is what the array holds, `X` the annotations.
 *
 * ```ts
 * const recent = Message.filter({ room__slug: "lobby" }).orderBy("-sentAt");
 * const messages = await recent.slice(0, 50);
 * const total = await recent.count();
 * ```
 */
export class QuerySet<T extends object, Row = T, X = {}> extends WritingQuery<T, Row, X> {
  /**
   * The rows with what the foreign keys and one to ones on `paths` lead to, in the same query. They stand on the rows as
   * objects, not as references to await; where the other side of a one to one has no row, there is null. Throws
   * `UnknownField`, or `QueryInvalid` for what leads to more than one row.
   */
  selectRelated<const Paths extends readonly ReferenceHint<T>[]>(
    ...paths: Paths & ReferencePaths<T, Paths>
  ): QuerySet<T, WithLoaded<T, Row, Paths[number]>, X> {
    const { shape, values, window } = this[queryStateKey];
    if (shape.isCombined) refuseCombined(this, "given more tables");
    const state = { shape: shape.selectRelated(paths), values, window };
    return withState(this, state) as never;
  }

  /**
   * The rows with more values each, computed by the database: `Room.annotate({ n: Count("messages") })`. They can be
   * used in later steps like fields. Aggregates group the rows: by their primary key, or by what `values` chose before.
   */
  annotate<const A extends Annotations>(
    annotations: A & Checked<T, X, A>,
  ): QuerySet<T, Annotated<Row, T, X, A>, X & Results<T, X, A>> {
    return this.#annotated(annotations, true) as unknown as QuerySet<T, Annotated<Row, T, X, A>, X & Results<T, X, A>>;
  }

  /** As `annotate`, but rows do not have them: for later steps only. */
  alias<const A extends Annotations>(annotations: A & Checked<T, X, A>): QuerySet<T, Row, X & Results<T, X, A>> {
    return this.#annotated(annotations, false) as unknown as QuerySet<T, Row, X & Results<T, X, A>>;
  }

  #annotated(annotations: Annotations, isSelected: boolean): this {
    const entries = Object.entries(annotations).map(([name, one]) => [name, nodeOf(one)] as const);
    const { shape, values: given, window } = this[queryStateKey];
    if (shape.isCombined) refuseCombined(this, "annotated");
    const values = [...given];
    // A slice stays what it is: the database cuts last.
    return withState(this, { shape: shape.annotate(entries, isSelected, values), values, window });
  }

  /**
   * Plain objects instead of instances: of the fields on `paths`, or of all fields. A foreign key gives its key.
   * Aggregates that follow group the rows by these values.
   */
  values<const Paths extends readonly ValueHint<T, X>[]>(
    ...paths: Paths & ValuePaths<T, X, Paths>
  ): QuerySet<T, ValuesRow<T, X, Paths>, X>;
  /** Plain objects of what is computed, by name. */
  values<const A extends Annotations>(
    expressions: A & Checked<T, X, A>,
  ): QuerySet<T, ExpressionsRow<T, X, A>, X & Results<T, X, A>>;
  /** Plain objects of both: of fields, and after them of what is computed. */
  values<const Paths extends readonly ValueHint<T, X>[], const A extends Annotations>(
    ...chosen: [...paths: Paths, expressions: A & AfterPaths<T, X, Paths, A>]
  ): QuerySet<T, ValuesRow<T, X, Paths> & ExpressionsRow<T, X, A>, X & Results<T, X, A>>;
  values(...chosen: readonly (string | Annotations)[]): never {
    return this.#chosen("object", chosen) as never;
  }

  /**
   * Lists of the fields on `paths`. With `flat`, of the one path, the values themselves; with `named`, lists whose items
   * have names, too: `const [slug] = row` and `row.slug`.
   */
  valuesList<const P extends ValueHint<T, X>>(
    path: P & ValuePaths<T, X, readonly [P]>[0],
    options: { readonly flat: true },
  ): QuerySet<T, ListRow<T, X, readonly [P]>[0], X>;
  valuesList<const Paths extends readonly ValueHint<T, X>[]>(
    ...given: [...paths: Paths, options: NamedOption<T, X, Paths>]
  ): QuerySet<T, NamedRow<T, X, Paths>, X>;
  valuesList<const Paths extends readonly ValueHint<T, X>[]>(
    ...paths: Paths & ValuePaths<T, X, Paths>
  ): QuerySet<T, ListRow<T, X, Paths>, X>;
  /** With expressions among the paths: what is computed has no name, but a place. */
  valuesList<const E extends Expression>(
    expression: E & CheckedItem<T, X, E>,
    options: { readonly flat: true },
  ): QuerySet<T, ResultOf<T, X, E>, X>;
  valuesList<const Items extends readonly (ValueHint<T, X> | Expression)[]>(
    ...items: Items & CheckedItems<T, X, Items>
  ): QuerySet<T, ItemsRow<T, X, Items>, X>;
  valuesList(...given: readonly (string | Expression | ListOptions)[]): never {
    const last = given.at(-1);
    const { flat = false, named = false } = typeof last === "object" && !(last instanceof Expression) ? last : {};
    const items = given.filter((one) => typeof one === "string" || one instanceof Expression);
    if (flat && items.length !== 1) refuse(this, "gives flat values of one path only");
    if (named && items.some((one) => typeof one !== "string")) refuse(this, "has no name for what it computes");
    const chosen = items.map((one, index) => (typeof one === "string" ? one : { [`$${index}`]: one }));
    return this.#chosen(flat ? "single" : named ? "named" : "list", chosen) as never;
  }

  #chosen(form: RowForm, chosen: readonly (string | Annotations)[]): QuerySet<T, never, X> {
    const state = this[queryStateKey];
    if (state.shape.isCombined && chosen.some((one) => typeof one !== "string")) {
      refuseCombined(this, "given what is computed");
    }
    const choose: ColumnChoice = (shape, values) => {
      let annotated = shape;
      const entries = chosen.flatMap((one): (readonly [string, ExpressionNode])[] => {
        if (typeof one === "string") return [[one, { kind: "field", path: one }]];
        const named = Object.entries(one).map(([name, of]) => [name, nodeOf(of)] as const);
        annotated = annotated.annotate(named, false, values);
        return named.map(([name]) => [name, { kind: "field", path: name }]);
      });
      return annotated.choose(form, entries, values);
    };
    const next = chosenShape(state.shape, state.values, choose);
    return again(this, { ...next, window: state.window }, this[queryOptionsKey]) as never;
  }

  /** The rows with these fields only (and the primary key): `"slug"`, or `"owner__username"` of what `selectRelated` loads. */
  only<const Paths extends readonly ValueHint<T, {}>[]>(
    ...paths: Paths & ValuePaths<T, {}, Paths>
  ): QuerySet<T, OnlyRow<T, Row, Paths[number]>, X> {
    return reshaped(this, "given other fields", (shape) => shape.fields("only", paths));
  }

  /** The rows without these fields. */
  defer<const Paths extends readonly ValueHint<T, {}>[]>(
    ...paths: Paths & ValuePaths<T, {}, Paths>
  ): QuerySet<T, DeferredRow<Row, Paths[number]>, X> {
    return reshaped(this, "given other fields", (shape) => shape.fields("defer", paths));
  }

  /**
   * These rows, the rows that `relation` leads to from them, and so on until there are no more: a tree from its roots
   * (`"children"`) or a row with all that it hangs on (`"parent"`). Annotations made before are those of the first rows;
   * `next` says how each is computed for a row that follows, where `OuterRef` is the row that led to it. `where` is what
   * rows that follow must meet. With `distinct`, a row that is found again is not followed again: for what may go round
   * in circles, which would never end otherwise.
   */
  recursive<const K extends string = never>(
    relation: SelfRelation<T>,
    {
      next = {},
      where,
      distinct = false,
    }: { readonly where?: Where<T, {}, K>; readonly distinct?: boolean } & NextOption<X> = {} as never,
  ): QuerySet<T, Row, X> {
    const state = this[queryStateKey];
    const { shape, values: given } = withWindow(state);
    const values = [...given];
    const entries = Object.fromEntries(
      Object.entries(next as Readonly<Record<string, Expression>>).map(([name, { node }]) => [name, node] as const),
    );
    const condition = where === undefined ? undefined : conditionNodeOf(where);
    const made = recursiveShape(shape, relation, entries, { where: condition, isDistinct: distinct }, values);
    return withState(this, { shape: made, values, window: undefined });
  }

  /**
   * The rows with those of `query` beside them, a common table: `on` says which of its columns are equal to what here,
   * and the others are names for later steps, like `alias`. Rows without a counterpart are left out, or with `optional`
   * have nulls. `name` is what the table is called in SQL.
   *
   * ```ts
   * const totals = Message.values("room").annotate({ total: Sum("likes") });
   * const loved = await Room.all().with(totals, { on: { room: "pk" } }).filter({ total__gt: 10 }).orderBy("-total");
   * ```
   */
  with<R extends object, const On extends CommonColumns<R>, const O extends boolean = false>(
    query: Queryable<R>,
    { on, optional, name }: { readonly on: On; readonly optional?: O; readonly name?: string },
  ): QuerySet<T, Row, X & BesideColumns<R, On, O>> {
    const { shape: other, values: inner } = withWindow(query[queryStateKey] as QueryState<Shape>);
    const links = Object.fromEntries(
      Object.entries(on as Readonly<Record<string, string | Expression>>).map(
        ([column, of]) => [column, nodeOf(of)] as const,
      ),
    );
    const set = reshaped(this, "given the rows of another query", (shape, values) => {
      const slot = values.length;
      values.push(...inner);
      return shapeWith(shape, { shape: other, slot }, links, { name, isOptional: optional === true }, values);
    });
    return set as unknown as QuerySet<T, Row, X & BesideColumns<R, On, O>>;
  }

  /**
   * The rows, with a name for those related rows alone that meet `where`, which is over the fields of the related model.
   * Later steps use the name like a relation; whatever they ask is about the same related row.
   *
   * ```ts
   * Room.all().filteredRelation("liked", "messages", { likes__gt: 3 }).annotate({ n: Count("liked") });
   * ```
   */
  filteredRelation<const Name extends string, const P extends RelationName<T>, const K extends string>(
    name: Name,
    relation: P,
    where: Where<Target<T[P]>, {}, K>,
  ): QuerySet<T & { readonly [N in Name]: T[P] }, Row, X> {
    const node = conditionNodeOf(where);
    const set = reshaped(this, "given a relation", (shape, values) =>
      narrowedShape(shape, name, relation, node, values),
    );
    return set as unknown as QuerySet<T & { readonly [N in Name]: T[P] }, Row, X>;
  }

  /**
   * The rows with these relations loaded: one more query for each relation, however many rows there are. Paths may go
   * on (`"messages__author"`); `Prefetch` says how the last relation of a path is loaded.
   */
  prefetchRelated<const Specs extends readonly (PrefetchHint<T> | PrefetchSpec)[]>(
    ...specs: Specs & {
      readonly [I in keyof Specs]: Specs[I] extends string ? PrefetchPath<T, Specs[I], Specs[I]> : Specs[I];
    }
  ): QuerySet<T, WithPrefetched<T, Row, Specs>, X> {
    const made = (specs as readonly (string | PrefetchSpec)[]).map((spec) =>
      typeof spec === "string" ? { path: spec, querySet: undefined, toAttr: undefined } : spec,
    );
    for (const { path } of made) checkRelations(schemaOfQuery(this), path);
    const prefetches = [...(this[queryOptionsKey].prefetches ?? []), ...made];
    const options = { ...this[queryOptionsKey], rows: undefined, prefetches };
    return again(this, this[queryStateKey], options) as never;
  }

  /**
   * The periods that there are in a field of instants, each once, in order: their beginnings, by the calendar and the
   * clock of `timeZone`. Weeks begin on Monday.
   */
  datetimes<const P extends ValueHint<T, X>>(
    path: P & PeriodPath<T, X, P, "dateTime">,
    unit: TruncUnit,
    { order, ...zone }: ZoneOption & PeriodOrder = {},
  ): QuerySet<T, Date, X> {
    return this.#periods(path, order, Trunc(path, unit, zone));
  }

  /** The days, or the first days of weeks, months, …, that there are in a field of days or of instants: `YYYY-MM-DD`. */
  dates<const P extends ValueHint<T, X>>(
    path: P & PeriodPath<T, X, P, "date" | "dateTime">,
    unit: DateUnit,
    { order, ...zone }: ZoneOption & PeriodOrder = {},
  ): QuerySet<T, string, X> {
    oneOf("The unit of dates", unit, dateUnits);
    return this.#periods(path, order, Trunc(TruncDate(path, zone), unit));
  }

  #periods(path: string, order: PeriodOrder["order"] = "asc", period: Expression): QuerySet<T, never, X> {
    const isDescending = oneOf("The order of periods", order, ["asc", "desc"]) === "desc";
    // Not a name that a model may have.
    const name = "$period";
    const set = this.filterBy({ [`${path}__isnull`]: false }).#annotated({ [name]: period }, false);
    const ordered = reshaped(set.#chosen("single", [name]).distinct(), "ordered", (shape, values) =>
      shape.orderBy([isDescending ? `-${name}` : name], values),
    );
    return ordered;
  }

  /**
   * What SQL of your own gives, as instances: `Message.raw(sql\`SELECT * FROM message WHERE likes > ${3}\`)`. Values go
   * into the parameters, never into the text. Columns are the model's by their names in the database; the primary key
   * must be among them, fields that are not are loaded no further, and other columns become properties, typed by
   * `extra`. Nothing of this query set is in it but its database.
   */
  raw<const C extends RawColumns = {}>(text: Sql, { extra, using }: RawOptions<C> = {}): RawQuery<T & RawRow<C>> {
    const options = { using: using ?? this[queryOptionsKey].using, isPlain: false, prefetches: [] };
    return new RawQuery({ schema: schemaOfQuery(this), sql: text, columns: extra ?? {}, ...options });
  }
}

// What pages ask of a query without arguments, before it is sent: `{{ room.messages.count }}`.
Object.defineProperty(QuerySet.prototype, shownInTemplates, { value: ["all", "count", "exists", "first", "last"] });

const dateUnits = ["year", "quarter", "month", "week", "day"] as const;

const noOptions: QuerySetOptions = {};
const noValues: readonly unknown[] = [];
const wholeSets = new WeakMap<Shape, QuerySet<object>>();

/** All rows of a model. */
export function querySetOf<T extends object>(schema: Schema, options: QuerySetOptions = noOptions): QuerySet<T> {
  const shape = rootShapeOf(schema, currentTimeZone());
  if (options !== noOptions) return new QuerySet<T>({ shape, values: noValues, window: undefined }, options);
  // Every query of a model begins here: one object, kept, is as good as a new one for each.
  const known = wholeSets.get(shape);
  if (known !== undefined) return known as unknown as QuerySet<T>;
  const whole = new QuerySet<T>({ shape, values: noValues, window: undefined }, options);
  wholeSets.set(shape, whole as unknown as QuerySet<object>);
  return whole;
}
