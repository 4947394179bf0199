import { inspect } from "node:util";

import { NotSaved } from "./errors.js";
import { createInstance } from "./instances/create-instance.js";
import type { Deleted } from "./instances/matching-rows.js";
import { databases } from "./database/databases.js";
import { querySetOf, type QuerySet } from "./query-set.js";
import { stateOf, type Instance } from "./schema/instance-state.js";
import { Reference } from "./schema/reference.js";
import type { NewValues, UpdateValues } from "./typing/creation.js";
import type { members } from "./typing/relation.js";
import type { OrderHint, OrderKeys, ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { Where } from "./typing/where.js";
import type { Relation, Schema } from "./schema/schema.js";

/**
 * The other side of a foreign key, on one instance: `room.messages` is every message whose `room` is this one.
 *
 * It is a query like any other: it can be awaited and iterated, and narrowed by the methods of query sets. The rows
 * that it gives have the instance itself at their foreign key, loaded.
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
  all(): QuerySet<T> {
    const { field, target } = this.#relation;
    const key = this.#schema.keyOf(this.#owner);
    if (key === undefined || key === null) {
      throw new NotSaved({ model: this.#schema.name, action: `asked for its ${this.#name}` });
    }
    const using = stateOf(this.#owner)?.database;
    const set = querySetOf<T>(target, using === undefined ? {} : { using }).filterBy({ [field.name]: key });
    return set.observed((rows) => this.#introduce(rows));
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

  filterBy(where: Readonly<Record<string, unknown>>): QuerySet<T> {
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

  get<const K extends string = never>(where?: Where<T, {}, K>): Promise<T> {
    return this.all().get<K>(where);
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

  update(values: UpdateValues<T>): Promise<number> {
    return this.all().update(values);
  }

  delete(): Promise<Deleted> {
    return this.all().delete();
  }

  /** Writes a new row that refers to the instance. */
  async create(values: Omit<NewValues<T>, Via>): Promise<T> {
    const { field, target } = this.#relation;
    const database = databases.get(stateOf(this.#owner)?.database);
    return (await createInstance(database, target, { ...values, [field.name]: this.#owner })) as T;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands for its rows and is awaited like a query set
  then<A = T[], B = never>(
    onFulfilled?: ((rows: T[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    // Not `this.all().then(…)`: what that throws must reject.
    const rows = async (): Promise<T[]> => this.all();
    return rows().then(onFulfilled, onRejected);
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.all()[Symbol.asyncIterator]();
  }

  /** Left out of JSON: it is a query, not a value. */
  toJSON(): undefined {
    return undefined;
  }

  [inspect.custom](): string {
    return `RelatedSet<${this.#relation.target.name}>`;
  }
}
