import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Field } from "../fields/field.js";
import { querySetOf } from "../query-set.js";
import { keyText } from "../schema/key-text.js";
import type { Instance } from "../schema/instance-state.js";
import { Reference } from "../schema/reference.js";
import type { Links } from "../schema/schema.js";
import { m2mChanged } from "../signals/model-signals.js";
import { createInstance } from "./create-instance.js";

/** The links of one row of a relation of many to many: `key` is that row's primary key. */
export class LinkChanges {
  readonly #database: Database;
  readonly #links: Links;
  readonly #key: unknown;
  readonly #instance: object;

  /** `instance` is the row itself. */
  constructor(database: Database, links: Links, key: unknown, instance: object) {
    this.#database = database;
    this.#links = links;
    this.#key = key;
    this.#instance = instance;
  }

  /** Does `work` between two messages to those who want to know. */
  async #told(what: "Add" | "Remove" | "Clear", keys: readonly unknown[], work: () => Promise<void>): Promise<void> {
    const { schema, far } = this.#links;
    const { model: sender } = schema;
    if (!m2mChanged.hasReceivers(sender)) return work();
    const message = {
      sender,
      using: this.#database.alias,
      instance: this.#instance,
      model: far.target.model,
      keys: what === "Clear" ? [] : keys,
    };
    await m2mChanged.send({ ...message, action: `pre${what}` });
    await work();
    await m2mChanged.send({ ...message, action: `post${what}` });
  }

  /** Links the rows with `keys`, those that are not linked yet, and gives their keys. `values` are those of new links. */
  async add(keys: readonly unknown[], values: object): Promise<unknown[]> {
    return this.#together(async () => {
      const known = new Set((await this.keysAmong(keys)).map(keyText));
      const added = [...new Map(keys.map((key) => [keyText(key), key])).values()].filter(
        (key) => !known.has(keyText(key)),
      );
      if (added.length > 0) await this.#told("Add", added, () => this.#linkAll(added, values));
      return added;
    });
  }

  async #linkAll(keys: readonly unknown[], values: object): Promise<void> {
    const { near, far, isSymmetrical } = this.#links;
    for (const key of keys) {
      await this.#link(near, this.#key, far, key, values);
      // A row that is linked to itself has one link.
      if (isSymmetrical && keyText(key) !== keyText(this.#key)) await this.#linkBack(key, values);
    }
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
      await this.#told(keys === undefined ? "Clear" : "Remove", removed, () => this.#cut(keys));
      return removed;
    });
  }

  async #cut(keys: readonly unknown[] | undefined): Promise<void> {
    const { schema, near, far, isSymmetrical } = this.#links;
    const which = (mine: Field, other: Field): Record<string, unknown> => ({
      [mine.name]: this.#key,
      ...(keys !== undefined && { [`${other.name}__in`]: keys }),
    });
    await querySetOf(schema, this.#using).filterBy(which(near, far)).delete();
    if (isSymmetrical) await querySetOf(schema, this.#using).filterBy(which(far, near)).delete();
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
