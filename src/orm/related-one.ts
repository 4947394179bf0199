import { inspect } from "node:util";

import { NotLoaded, NotSaved } from "./errors.js";
import { forgetOne, keepOne, knownOne } from "./instances/loaded-ones.js";
import { doesNotExistOf } from "./model-errors.js";
import { querySetOf } from "./query-set.js";
import { keyText } from "./schema/key-text.js";
import { stateOf, type Instance } from "./schema/instance-state.js";
import { ownerKey, Reference } from "./schema/reference.js";
import type { Relation, Schema } from "./schema/schema.js";
import type { members, single } from "./typing/relation.js";

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
  declare readonly [single]?: T;
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
    const known = knownOne(this.#owner, this.#name);
    return (await (known === undefined ? this.#load() : known)) as T | null;
  }

  /** Reads it anew at the next await. */
  forget(): void {
    forgetOne(this.#owner, this.#name);
  }

  async #load(): Promise<object | null> {
    if (stateOf(this.#owner)?.isStrict === true) {
      throw new NotLoaded({ model: this.#schema.name, relation: this.#name });
    }
    const others = (stateOf(this.#owner)?.rows ?? []).filter(
      (row) =>
        row !== this.#owner && row.constructor === this.#owner.constructor && knownOne(row, this.#name) === undefined,
    );
    const owners = [this.#owner, ...others].slice(0, maxLoaded);
    const loading = this.#loadFor(owners);
    for (const owner of owners) {
      const own = loading.then((found) => found.get(keyText(ownerKey(this.#relation, owner))) ?? null);
      // One that nobody awaits must not fail the process.
      own.catch(() => forgetOne(owner, this.#name));
      keepOne(owner, this.#relation, own);
    }
    return knownOne(this.#owner, this.#name) ?? null;
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
