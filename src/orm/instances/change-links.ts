import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Field } from "../fields/field.js";
import { querySetOf } from "../query-set.js";
import type { Instance } from "../schema/instance-state.js";
import { Reference } from "../schema/reference.js";
import type { Links } from "../schema/schema.js";
import { createInstance } from "./create-instance.js";

/** The links of one row of a relation of many to many: `key` is that row's primary key. */
export class LinkChanges {
  readonly #database: Database;
  readonly #links: Links;
  readonly #key: unknown;

  constructor(database: Database, links: Links, key: unknown) {
    this.#database = database;
    this.#links = links;
    this.#key = key;
  }

  /** Links the rows with `keys`, those that are not linked yet, and gives their keys. `values` are those of new links. */
  async add(keys: readonly unknown[], values: object): Promise<unknown[]> {
    return this.#together(async () => {
      const known = new Set((await this.keysAmong(keys)).map(String));
      const added = [...new Map(keys.map((key) => [String(key), key])).values()].filter(
        (key) => !known.has(String(key)),
      );
      const { near, far, isSymmetrical } = this.#links;
      for (const key of added) {
        await this.#link(near, this.#key, far, key, values);
        // A row that is linked to itself has one link.
        if (isSymmetrical && String(key) !== String(this.#key)) await this.#linkBack(key, values);
      }
      return added;
    });
  }

  async #linkBack(key: unknown, values: object): Promise<void> {
    const { schema, near, far } = this.#links;
    const back = { [near.name]: key, [far.name]: this.#key };
    const isThere = await querySetOf(schema, this.#using).filterBy(back).exists();
    if (!isThere) await this.#link(near, key, far, this.#key, values);
  }

  async #link(near: Field, nearKey: unknown, far: Field, farKey: unknown, values: object): Promise<void> {
    const { schema } = this.#links;
    await createInstance(this.#database, schema, { ...values, [near.name]: nearKey, [far.name]: farKey });
  }

  /** Cuts the links to the rows with `keys`; to all without them. Gives the keys of those that were linked. */
  async remove(keys?: readonly unknown[]): Promise<unknown[]> {
    return this.#together(async () => {
      const removed = await this.keysAmong(keys);
      if (removed.length === 0) return removed;
      const { schema, near, far, isSymmetrical } = this.#links;
      const which = (mine: Field, other: Field): Record<string, unknown> => ({
        [mine.name]: this.#key,
        ...(keys !== undefined && { [`${other.name}__in`]: keys }),
      });
      await querySetOf(schema, this.#using).filterBy(which(near, far)).delete();
      if (isSymmetrical) await querySetOf(schema, this.#using).filterBy(which(far, near)).delete();
      return removed;
    });
  }

  /** The keys of the linked rows: all of them, or those among `keys`. */
  async keysAmong(keys?: readonly unknown[]): Promise<unknown[]> {
    const { schema, near, far } = this.#links;
    const mine = querySetOf(schema, this.#using)
      .filterBy({ [near.name]: this.#key })
      .orderBy();
    const links = await (keys === undefined ? mine : mine.filterBy({ [`${far.name}__in`]: keys }));
    return links.map((link) => {
      const reference = (link as Instance)[far.name];
      return reference instanceof Reference ? reference.id : reference;
    });
  }

  get #using(): { readonly using: string } {
    return { using: this.#database.alias };
  }

  #together<T>(work: () => Promise<T>): Promise<T> {
    return atomic(work, this.#using);
  }
}
