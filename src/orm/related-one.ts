import { inspect } from "node:util";

import { NotSaved } from "./errors.js";
import { doesNotExistOf } from "./model-errors.js";
import { querySetOf } from "./query-set.js";
import { keyText } from "./schema/key-text.js";
import { stateOf, type Instance } from "./schema/instance-state.js";
import { ownerKey, Reference } from "./schema/reference.js";
import type { Relation, Schema } from "./schema/schema.js";
import type { members } from "./typing/relation.js";

/** What was loaded for each instance, by the name of the relation. */
const loadedFor = new WeakMap<object, Map<string, Promise<object | null>>>();

/** The most rows that one query loads for. */
const maxLoaded = 1000;

/**
 * The other side of a one to one, on one instance: `user.profile` is the profile whose `user` is this one.
 *
 * Awaited, it gives that row, or rejects with its model's `DoesNotExist`. It is loaded once, and in the same query for
 * all rows of the result that the instance came from.
 */
export class RelatedOne<T extends object> implements PromiseLike<T> {
  declare readonly [members]?: T;
  readonly #owner: object;
  readonly #schema: Schema;
  readonly #name: string;

  /** @internal Made by the properties that `f.reverseOne` declares. */
  constructor(owner: object, schema: Schema, name: string) {
    this.#owner = owner;
    this.#schema = schema;
    this.#name = name;
  }

  get #relation(): Relation {
    return this.#schema.relation(this.#name) as Relation;
  }

  /** The row, or null where there is none. */
  async orNull(): Promise<T | null> {
    if (stateOf(this.#owner) === undefined) {
      throw new NotSaved({ model: this.#schema.name, action: `asked for its ${this.#name}` });
    }
    const known = loadedFor.get(this.#owner)?.get(this.#name);
    return (await (known ?? this.#load())) as T | null;
  }

  /** Reads it anew at the next await. */
  forget(): void {
    loadedFor.get(this.#owner)?.delete(this.#name);
  }

  #load(): Promise<object | null> {
    const others = (stateOf(this.#owner)?.rows ?? []).filter(
      (row) =>
        row !== this.#owner && row.constructor === this.#owner.constructor && !loadedFor.get(row)?.has(this.#name),
    );
    const owners = [this.#owner, ...others].slice(0, maxLoaded);
    const loading = this.#loadFor(owners);
    for (const owner of owners) {
      const own = loading.then((found) => found.get(keyText(ownerKey(this.#relation, owner))) ?? null);
      // One that nobody awaits must not fail the process.
      own.catch(() => this.#forgetFor(owner));
      remember(owner, this.#name, own);
    }
    return loadedFor.get(this.#owner)?.get(this.#name) ?? Promise.resolve(null);
  }

  #forgetFor(owner: object): void {
    loadedFor.get(owner)?.delete(this.#name);
  }

  async #loadFor(owners: readonly object[]): Promise<ReadonlyMap<string, object>> {
    const { field, target } = this.#relation;
    const byKey = new Map(owners.map((owner) => [keyText(ownerKey(this.#relation, owner)), owner]));
    const using = stateOf(this.#owner)?.database;
    const keys = owners.map((owner) => ownerKey(this.#relation, owner));
    const rows = await querySetOf(target, { using }).filterBy({ [`${field.name}__in`]: keys });
    const found = new Map<string, object>();
    for (const row of rows) {
      const reference = (row as Instance)[field.name];
      // The row of a model that extends this one has the key itself.
      const key = keyText(reference instanceof Reference ? reference.id : reference);
      const owner = byKey.get(key);
      if (owner !== undefined && reference instanceof Reference) reference.fill(owner);
      found.set(key, row);
    }
    return found;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands for its row and is awaited as a reference is
  then<A = T, B = never>(
    onFulfilled?: ((row: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#one().then(onFulfilled, onRejected);
  }

  async #one(): Promise<T> {
    const row = await this.orNull();
    if (row !== null) return row;
    const { field, target } = this.#relation;
    const where = `{ ${field.name}: ${keyText(ownerKey(this.#relation, this.#owner))} }`;
    throw new (doesNotExistOf(target.model))({ model: target.name, where });
  }

  /** Left out of JSON: it is a query, not a value. */
  toJSON(): undefined {
    return undefined;
  }

  [inspect.custom](): string {
    return `RelatedOne<${this.#relation.target.name}>`;
  }
}

/** Forgets what was loaded for `owner`, which is read anew. */
export function forgetOnes(owner: object): void {
  loadedFor.delete(owner);
}

function remember(owner: object, name: string, loading: Promise<object | null>): void {
  const known = loadedFor.get(owner) ?? new Map<string, Promise<object | null>>();
  loadedFor.set(owner, known.set(name, loading));
}
