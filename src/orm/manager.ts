import type { Condition, RunTimeLookups } from "./expressions/condition.js";
import type { Expression } from "./expressions/expression.js";
import type { ModelClass } from "./model-class.js";
import { QuerySet, querySetOf } from "./query-set.js";
import { queryStateKey } from "./query/query-state.js";
import { schemaOf } from "./schema/schema-of.js";
import type { ColumnName, DefaultValues, NewValues } from "./typing/creation.js";
import type { BulkCreateOptions } from "./instances/bulk-create.js";
import type { Fits } from "./typing/fits.js";
import type { OrderHint, OrderKeys } from "./typing/selection.js";
import type { Where } from "./typing/where.js";

/** A class of query sets, with methods of its own. */
export type QuerySetClass<Q> = new (...internal: ConstructorParameters<typeof QuerySet<object>>) => Q;

/** The function that gives the model whose rows query sets of the class `Q` are of. */
export type ModelOf<Q> = () => ModelClass<RowOf<Q>>;

type RowOf<Q> = Q extends { readonly model: abstract new (...values: never[]) => infer T extends object } ? T : never;

/** A manager with the methods of query sets of the class `Q`. */
export type ManagerOf<Q> = Q extends QuerySet<RowOf<Q>> ? Manager<RowOf<Q>, Q> & OwnMethods<RowOf<Q>, Q> : never;

/** What a class of query sets adds to those that all have. */
type OwnMethods<T extends object, Q> = Omit<Q, keyof QuerySet<T>>;

/**
 * A way into the rows of a model, for a static property of it: all of them, or those that `getQuerySet` says.
 *
 * ```ts
 * class Published extends Manager<Article> {
 *   override getQuerySet() {
 *     return super.getQuerySet().filter({ status: "published" });
 *   }
 * }
 * class Article extends Model {
 *   status = f.char({ maxLength: 10 });
 *   static published = new Published(() => Article);
 * }
 * await Article.published.filter({ … });
 * ```
 *
 * A model whose `meta` names one as its `defaultManager` begins all of its queries there, related sets included.
 */
export class Manager<T extends object, Q extends QuerySet<T> = QuerySet<T>> {
  readonly #model: () => ModelClass<T>;
  readonly #querySet: QuerySetClass<Q>;

  /** `querySet` is the class of its query sets. Default `QuerySet`. */
  constructor(model: () => ModelClass<T>, querySet?: QuerySetClass<Q>) {
    this.#model = model;
    this.#querySet = querySet ?? (QuerySet as unknown as QuerySetClass<Q>);
  }

  /** The model whose rows it gives. */
  get model(): ModelClass<T> {
    return this.#model();
  }

  /** The rows that all of its methods begin with. A manager of your own narrows what `super.getQuerySet()` gives. */
  getQuerySet(): Q {
    return new this.#querySet(querySetOf<T>(schemaOf(this.#model()))[queryStateKey], {});
  }

  all(): Q {
    return this.getQuerySet();
  }

  none(): Q {
    return this.getQuerySet().none();
  }

  /** See `QuerySet.filter`. */
  filter<const K extends string>(where: Where<T, {}, K>): Q {
    return this.getQuerySet().filter<K>(where);
  }

  exclude<const K extends string>(where: Where<T, {}, K>): Q {
    return this.getQuerySet().exclude<K>(where);
  }

  filterBy(where: RunTimeLookups): Q {
    return this.getQuerySet().filterBy(where);
  }

  orderBy<const Keys extends readonly OrderHint<T>[]>(...keys: Keys & OrderKeys<T, {}, Keys>): Q {
    return this.getQuerySet().orderBy(...(keys as readonly string[]));
  }

  using(alias: string): Q {
    return this.getQuerySet().using(alias);
  }

  get<C extends object>(condition: Condition<C> & NoInfer<Fits<T, {}, C>>): Promise<T>;
  get(condition: Expression<boolean>): Promise<T>;
  get<const K extends string = never>(where?: Where<T, {}, K>): Promise<T>;
  get(where?: object): Promise<T> {
    return this.getQuerySet().get(where as Expression<boolean>);
  }

  first(): Promise<T | null> {
    return this.getQuerySet().first();
  }

  last(): Promise<T | null> {
    return this.getQuerySet().last();
  }

  count(): Promise<number> {
    return this.getQuerySet().count();
  }

  exists(): Promise<boolean> {
    return this.getQuerySet().exists();
  }

  create(values: NewValues<T>): Promise<T> {
    return this.getQuerySet().create(values);
  }

  bulkCreate(rows: readonly (NewValues<T> | T)[], options: BulkCreateOptions<ColumnName<T>> = {}): Promise<T[]> {
    return this.getQuerySet().bulkCreate(rows, options);
  }

  getOrCreate<const K extends string>(
    where: Where<T, {}, K>,
    options: { readonly defaults?: DefaultValues<NewValues<T>> } = {},
  ): Promise<[row: T, isNew: boolean]> {
    return this.getQuerySet().getOrCreate<K>(where, options);
  }

  updateOrCreate<const K extends string>(
    where: Where<T, {}, K>,
    options: {
      readonly defaults?: DefaultValues<NewValues<T>>;
      readonly createDefaults?: DefaultValues<NewValues<T>>;
    } = {},
  ): Promise<[row: T, isNew: boolean]> {
    return this.getQuerySet().updateOrCreate<K>(where, options);
  }

  /** A class of managers with the methods of `querySet`, to be made with `new` or extended. */
  static fromQuerySet<Q extends object>(querySet: QuerySetClass<Q>): new (model: ModelOf<Q>) => ManagerOf<Q> {
    class FromQuerySet extends Manager<object> {
      constructor(model: () => ModelClass) {
        super(model, querySet as unknown as QuerySetClass<QuerySet<object>>);
      }
    }
    for (const name of ownMethodsOf(querySet.prototype as object)) {
      if (name in FromQuerySet.prototype) continue;
      Object.defineProperty(FromQuerySet.prototype, name, {
        configurable: true,
        writable: true,
        value(this: FromQuerySet, ...args: readonly unknown[]): unknown {
          const set = this.getQuerySet() as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
          return set[name]?.(...args);
        },
      });
    }
    return FromQuerySet as unknown as new (model: ModelOf<Q>) => ManagerOf<Q>;
  }
}

/** The methods that a class of query sets has beside those of all. */
function ownMethodsOf(prototype: object): string[] {
  const names: string[] = [];
  for (let one = prototype; one !== QuerySet.prototype; one = Object.getPrototypeOf(one) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(one))) {
      if (name !== "constructor" && typeof value === "function") names.push(name);
    }
  }
  return names;
}

/**
 * A manager with the methods of a class of query sets:
 *
 * ```ts
 * class Articles extends QuerySet<Article> {
 *   published() {
 *     return this.filter({ status: "published" });
 *   }
 * }
 * class Article extends Model {
 *   status = f.char({ maxLength: 10 });
 *   static objects = asManager(Articles, () => Article);
 * }
 * await Article.objects.published().filter({ … });
 * ```
 */
export function asManager<Q extends object>(querySet: QuerySetClass<Q>, model: ModelOf<Q>): ManagerOf<Q> {
  return new (Manager.fromQuerySet(querySet))(model);
}
