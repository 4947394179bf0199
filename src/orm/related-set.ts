import type { RunTimeLookups } from "./expressions/condition.js";
import { inspect } from "node:util";

import { shownInTemplates } from "../core/index.js";
import { atomic } from "./database/atomic.js";
import type { Database } from "./database/database.js";
import type { Expression } from "./expressions/expression.js";
import { Case, When } from "./expressions/case.js";
import { Value } from "./expressions/value.js";
import { LookupValueInvalid, NotLoaded, NotSaved, QueryInvalid } from "./errors.js";
import { ProblemFound } from "./fields/problem.js";
import { LinkChanges } from "./instances/change-links.js";
import { createInstance } from "./instances/create-instance.js";
import { forgetPrefetched, prefetchedRows, takePrefetched } from "./instances/prefetched.js";
import { loadSetOfSiblings } from "./query-set/load-prefetched.js";
import type { Deleted } from "./instances/matching-rows.js";
import { writeDatabase } from "./database/routing.js";
import type { Manager } from "./manager.js";
import { defaultSetOf } from "./query-set/default-set.js";
import { querySetOf, type QuerySet } from "./query-set.js";
import { calledValues } from "./query-set/get-or-create.js";
import { keyOfMember } from "./query/path.js";
import { heldValue } from "./instances/references.js";
import { keyText } from "./schema/key-text.js";
import { nameOfWayBack } from "./schema/many-to-many.js";
import { stateOf, type Instance } from "./schema/instance-state.js";
import { ownerKey, Reference } from "./schema/reference.js";
import type { Condition } from "./expressions/condition.js";
import type { DefaultValues, NewValues, UpdateValues } from "./typing/creation.js";
import type { Fits } from "./typing/fits.js";
import type { KeyOf, members, Related } from "./typing/relation.js";
import type { OrderHint, OrderKeys, ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { Where } from "./typing/where.js";
import type { Links, Places, Relation, Schema } from "./schema/schema.js";

/** What `add` and its like take: one row or several, each as an instance, a reference or a key. */
export type Members<T> = Related<T> | readonly Related<T>[];

/** The most rows that one statement gives places. */
const maxPlaced = 500;

/** Options of what makes links of many to many. */
export interface LinkOptions {
  /** Values for the fields of the links' own model, or functions that give them. */
  readonly throughDefaults?: Readonly<Record<string, unknown>>;
}

/**
 * The rows that are related to one instance: `room.messages` is every message whose `room` is this one, `room.members`
 * every user that is linked to it.
 *
 * It is a query like any other: it can be awaited and iterated, and narrowed by the methods of query sets. Rows that
 * refer to the instance with a foreign key have the instance itself there, loaded.
 */
export class RelatedSet<T extends object, Via extends string = string> implements PromiseLike<T[]>, AsyncIterable<T> {
  declare readonly [members]?: T;
  readonly #owner: object;
  readonly #schema: Schema;
  readonly #name: string;

  /** @internal Made by the properties that `f.reverse` declares. */
  constructor(owner: object, schema: Schema, name: string) {
    this.#owner = owner;
    this.#schema = schema;
    this.#name = name;
  }

  get #relation(): Relation {
    return this.#schema.relation(this.#name) as Relation;
  }

  /** The query set of these rows. Throws `QueryInvalid` while the instance is not saved. */
  all(): QuerySet<T>;
  /** The same, of the rows that a manager of their model gives: `room.messages.all(Message.published)`. */
  all<Q extends QuerySet<T>>(manager: Manager<T, Q>): Q;
  all(manager?: Manager<T>): QuerySet<T> {
    const relation = this.#relation;
    const key = this.#ownKey();
    const using = stateOf(this.#owner)?.database;
    const given = manager?.getQuerySet();
    const set =
      given === undefined
        ? defaultSetOf<T>(relation.target, using === undefined ? {} : { using })
        : using === undefined
          ? given
          : given.using(using);
    const mine =
      relation.links === undefined
        ? set.filterBy({ [relation.field.name]: key }).observed((rows) => this.#introduce(rows))
        : set.filterBy({ [nameOfWayBack(relation)]: key });
    const rows = manager === undefined ? prefetchedRows(this.#owner, this.#name) : undefined;
    return rows === undefined ? mine : mine.preloaded(rows);
  }

  /** The key of the instance. Throws `NotSaved` where it has none. */
  #ownKey(): unknown {
    const key = ownerKey(this.#relation, this.#owner);
    if (key !== undefined && key !== null) return key;
    throw new NotSaved({ model: this.#schema.name, action: `asked for its ${this.#name}` });
  }

  get #database(): Database {
    return writeDatabase(this.#relation.target.model, undefined, stateOf(this.#owner)?.database);
  }

  /** Gives the rows their owner, so that asking them for it needs no query. */
  #introduce(rows: readonly object[]): void {
    const { field } = this.#relation;
    for (const row of rows) {
      const value = (row as Instance)[field.name];
      if (value instanceof Reference) value.fill(this.#owner);
    }
  }

  filter<const K extends string>(where: Where<T, {}, K>): QuerySet<T> {
    return this.all().filter<K>(where);
  }

  exclude<const K extends string>(where: Where<T, {}, K>): QuerySet<T> {
    return this.all().exclude<K>(where);
  }

  filterBy(where: RunTimeLookups): QuerySet<T> {
    return this.all().filterBy(where);
  }

  orderBy<const Keys extends readonly OrderHint<T>[]>(...keys: Keys & OrderKeys<T, {}, Keys>): QuerySet<T> {
    return this.all().orderBy(...(keys as readonly string[]));
  }

  selectRelated<const Paths extends readonly ReferenceHint<T>[]>(
    ...paths: Paths & ReferencePaths<T, Paths>
  ): QuerySet<T, WithLoaded<T, T, Paths[number]>> {
    const set = this.all().selectRelated(...(paths as readonly string[]));
    return set as unknown as QuerySet<T, WithLoaded<T, T, Paths[number]>>;
  }

  slice(start: number, end?: number): QuerySet<T> {
    return this.all().slice(start, end);
  }

  get<C extends object>(condition: Condition<C> & NoInfer<Fits<T, {}, C>>): Promise<T>;
  get(condition: Expression<boolean>): Promise<T>;
  get<const K extends string = never>(where?: Where<T, {}, K>): Promise<T>;
  get(where?: object): Promise<T> {
    return this.all().get(where as Expression<boolean>);
  }

  first(): Promise<T | null> {
    return this.all().first();
  }

  last(): Promise<T | null> {
    return this.all().last();
  }

  count(): Promise<number> {
    return this.all().count();
  }

  exists(): Promise<boolean> {
    return this.all().exists();
  }

  update<C extends object = never>(values: UpdateValues<T, Condition<C> & NoInfer<Fits<T, {}, C>>>): Promise<number> {
    return this.all().update<C>(values);
  }

  delete(): Promise<Deleted> {
    return this.all().delete();
  }

  /** Writes a new row that is related to the instance. */
  async create(values: Omit<NewValues<T>, Via>, options: LinkOptions = {}): Promise<T> {
    forgetPrefetched(this.#owner, this.#name);
    const { field, target, links } = this.#relation;
    if (links === undefined) {
      return (await createInstance(this.#database, target, { ...values, [field.name]: this.#owner })) as T;
    }
    this.#ownKey();
    return atomic(
      async () => {
        const made = await createInstance(this.#database, target, values);
        await this.add(made as Related<T>, options);
        return made as T;
      },
      { using: this.#database.alias },
    );
  }

  /**
   * The related row that meets `where`, or a new one with the values of `where` and `defaults` that is related to the
   * instance; and whether it is new. See `QuerySet.getOrCreate`.
   */
  async getOrCreate<const K extends string>(
    where: Where<T, {}, K>,
    { defaults = {}, ...options }: LinkOptions & { readonly defaults?: DefaultValues<Omit<NewValues<T>, Via>> } = {},
  ): Promise<[row: T, isNew: boolean]> {
    return this.#linked(options, () => this.all().getOrCreate<K>(where, { defaults: this.#owned(defaults) }));
  }

  /** Changes the related row that meets `where`, or makes one; see `getOrCreate` and `QuerySet.updateOrCreate`. */
  async updateOrCreate<const K extends string>(
    where: Where<T, {}, K>,
    {
      defaults = {},
      createDefaults = defaults,
      ...options
    }: LinkOptions & {
      readonly defaults?: DefaultValues<Omit<NewValues<T>, Via>>;
      readonly createDefaults?: DefaultValues<Omit<NewValues<T>, Via>>;
    } = {},
  ): Promise<[row: T, isNew: boolean]> {
    const given = { defaults: defaults as DefaultValues<NewValues<T>>, createDefaults: this.#owned(createDefaults) };
    return this.#linked(options, () => this.all().updateOrCreate<K>(where, given));
  }

  /** Values of a new row; where it refers to the instance itself, that is one of them. */
  #owned(values: object): DefaultValues<NewValues<T>> {
    const { field, links } = this.#relation;
    const owned: object = links === undefined ? { ...values, [field.name]: this.#owner } : values;
    return owned;
  }

  /** What `make` gives, linked to the instance if it is new. */
  async #linked(
    options: LinkOptions,
    make: () => Promise<[row: T, isNew: boolean]>,
  ): Promise<[row: T, isNew: boolean]> {
    this.#ownKey();
    forgetPrefetched(this.#owner, this.#name);
    if (this.#relation.links === undefined) return make();
    return atomic(
      async () => {
        const [row, isNew] = await make();
        if (isNew) await this.add(row, options);
        return [row, isNew];
      },
      { using: this.#database.alias },
    );
  }

  /**
   * Relates rows that are there to the instance. Rows of a foreign key are changed in one statement, links of many to
   * many are made where there are none yet.
   */
  async add(members: Members<T>, { throughDefaults = {} }: LinkOptions = {}): Promise<void> {
    forgetPrefetched(this.#owner, this.#name);
    const { links } = this.#relation;
    const keys = this.#keysOf(members);
    if (links !== undefined) {
      await this.#links(links).add(keys, calledValues(throughDefaults));
      return;
    }
    await this.#refer(keys, this.#ownKey());
    for (const member of listOf(members)) {
      if (typeof member === "object" && member !== null && member instanceof this.#relation.target.model) {
        this.#assign(member, this.#owner);
      }
    }
  }

  /**
   * Ends the relation to these rows. Nothing happens to rows that are not related. Rows of a foreign key need one that
   * may be null; throws `QueryInvalid` otherwise.
   */
  async remove(members: Members<T>): Promise<void> {
    forgetPrefetched(this.#owner, this.#name);
    const { links } = this.#relation;
    const keys = this.#keysOf(members);
    if (links !== undefined) await this.#links(links).remove(keys);
    else await this.#cut("removed from", keys);
  }

  /** Ends the relation to all rows; see `remove`. */
  async clear(): Promise<void> {
    forgetPrefetched(this.#owner, this.#name);
    const { links } = this.#relation;
    if (links !== undefined) await this.#links(links).remove();
    else await this.#cut("cleared");
  }

  /**
   * Makes these rows the only ones that are related, by the difference: what stays is not touched. With `clear`, all
   * are taken away first.
   */
  async set(members: Members<T>, options: LinkOptions & { readonly clear?: boolean } = {}): Promise<void> {
    forgetPrefetched(this.#owner, this.#name);
    const wanted = this.#keysOf(members);
    await atomic(
      async () => {
        if (options.clear === true) await this.clear();
        const { links, target } = this.#relation;
        const there =
          links === undefined
            ? (await this.all()).map((row) => target.keyOf(row))
            : await this.#links(links).keysAmong();
        const kept = new Set(wanted.map(keyText));
        const gone = there.filter((key) => !kept.has(keyText(key)));
        if (gone.length > 0) await this.remove(gone as Related<T>[]);
        const known = new Set(there.map(keyText));
        const added = wanted.filter((key) => !known.has(keyText(key)));
        if (added.length > 0) await this.add(added as Related<T>[], options);
      },
      { using: this.#database.alias },
    );
  }

  /** The keys of the rows in the order of their places, where their model is `orderWithRespectTo` this one. */
  async getOrder(): Promise<KeyOf<T>[]> {
    const set = this.all() as unknown as QuerySet<object>;
    const keys: unknown = await set.orderBy(this.#places.field.name as "pk").valuesList("pk" as never, { flat: true });
    return keys as KeyOf<T>[];
  }

  /** Gives the rows their places in this order. Rows that are not named keep theirs. */
  async setOrder(members: readonly Related<T>[]): Promise<void> {
    const { field } = this.#places;
    const keys = this.#keysOf(members);
    const using = this.#database.alias;
    await atomic(
      async () => {
        for (let start = 0; start < keys.length; start += maxPlaced) {
          const part = keys.slice(start, start + maxPlaced);
          const place = Case(part.map((key, index) => When({ pk: key }, Value(start + index))));
          await this.filterBy({ pk__in: part }).update({ [field.name]: place } as never);
        }
      },
      { using },
    );
    forgetPrefetched(this.#owner, this.#name);
  }

  get #places(): Places {
    const { target, field } = this.#relation;
    const { places } = target;
    if (places?.owner === field) return places;
    const problem = `has no order among ${this.#schema.name}.${this.#name}: its meta names no orderWithRespectTo: ${JSON.stringify(field.name)}`;
    throw new QueryInvalid({ model: target.name, problem });
  }

  /** The keys of members that are given as instances, references or keys. Throws `LookupValueInvalid`. */
  #keysOf(members: Members<T>): unknown[] {
    const { target } = this.#relation;
    return listOf(members).map((member) => {
      try {
        return keyOfMember(target, member);
      } catch (thrown) {
        if (!(thrown instanceof ProblemFound)) throw thrown;
        throw new LookupValueInvalid({ model: target.name, path: this.#name, problem: thrown.problem.message });
      }
    });
  }

  #links(links: Links): LinkChanges {
    return new LinkChanges(this.#database, links, this.#ownKey(), this.#owner);
  }

  /** Makes the rows with `keys` refer to `value`. */
  async #refer(keys: readonly unknown[], value: unknown): Promise<void> {
    const { field, target } = this.#relation;
    const set = querySetOf(target, { using: this.#database.alias }).filterBy({ pk__in: keys });
    await set.update({ [field.name]: value });
  }

  async #cut(action: string, keys?: readonly unknown[]): Promise<void> {
    const { field, target } = this.#relation;
    if (!field.isNullable) {
      throw new QueryInvalid({
        model: target.name,
        problem: `cannot be ${action} ${this.#schema.name}.${this.#name}: ${target.name}.${field.name} may not be null; delete the rows, or add them elsewhere`,
      });
    }
    const mine = this.all();
    const set = keys === undefined ? mine : mine.filterBy({ pk__in: keys });
    await set.update({ [field.name]: null } as never);
  }

  #assign(member: object, owner: object): void {
    const { field, target } = this.#relation;
    (member as Instance)[field.name] = heldValue(target, field, owner, ownerKey(this.#relation, owner));
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands for its rows and is awaited like a query set
  then<A = T[], B = never>(
    onFulfilled?: ((rows: T[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#rows().then(onFulfilled, onRejected);
  }

  /** As a reference does, it loads the same set of all rows that came from the same query. */
  async #rows(): Promise<T[]> {
    const owner = this.#owner;
    if (prefetchedRows(owner, this.#name) !== undefined) return this.all();
    const state = stateOf(owner);
    if (state?.isStrict === true) throw new NotLoaded({ model: this.#schema.name, relation: this.#name });
    const taken = takePrefetched(owner, this.#name);
    if (taken !== undefined) return [...taken] as T[];
    if (state === undefined || state.rows.length < 2 || !this.#relation.isMany) return this.all();
    await loadSetOfSiblings(owner, this.#relation, state.database);
    return [...(takePrefetched(owner, this.#name) ?? [])] as T[];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* await this.#rows();
  }

  /** Left out of JSON: it is a query, not a value. */
  toJSON(): undefined {
    return undefined;
  }

  [inspect.custom](): string {
    return `RelatedSet<${this.#relation.target.name}>`;
  }
}

Object.defineProperty(RelatedSet.prototype, shownInTemplates, { value: ["all", "count", "exists", "first", "last"] });

function listOf<T>(members: Members<T>): readonly unknown[] {
  return Array.isArray(members) ? (members as readonly unknown[]) : [members];
}
