import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Field } from "../fields/field.js";
import { querySetOf } from "../query-set.js";
import { keyText } from "../schema/key-text.js";
import type { Instance } from "../schema/instance-state.js";
import { Reference } from "../schema/reference.js";
import type { Links } from "../schema/schema.js";
import { m2mChanged, postSave, preSave } from "../signals/model-signals.js";
import { bulkCreate } from "./bulk-create.js";
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
      reverse: this.#links.isReverse,
      model: far.target.model,
      keys: what === "Clear" ? [] : keys,
    };
    await m2mChanged.send({ ...message, action: `pre${what}` });
    await work();
    await m2mChanged.send({ ...message, action: `post${what}` });
  }

  /** Links the rows with `keys`, those that are not linked yet. `values` are those of new links. */
  async add(keys: readonly unknown[], values: object): Promise<void> {
    const { schema, isAutomatic } = this.#links;
    const given = distinct(keys);
    if (given.length === 0) return;
    // The database knows by itself which links are there.
    if (isAutomatic && !m2mChanged.hasReceivers(schema.model)) {
      await this.#linkAll(given, values);
      return;
    }
    await this.#together(async () => {
      const known = new Set((await this.keysAmong(given)).map(keyText));
      const added = given.filter((key) => !known.has(keyText(key)));
      if (added.length > 0) await this.#told("Add", added, () => this.#linkAll(added, values));
    });
  }

  async #linkAll(keys: readonly unknown[], values: object): Promise<void> {
    const { schema, near, far, isSymmetrical, isAutomatic } = this.#links;
    const link = (from: unknown, to: unknown): object => ({ ...values, [near.name]: from, [far.name]: to });
    const there = keys.map((key) => ({ from: this.#key, to: key }));
    // A row that is linked to itself has one link.
    const others = keys.filter((key) => isSymmetrical && keyText(key) !== keyText(this.#key));
    const back = await this.#notLinkedBack(others);
    const pairs = there.concat(back.map((key) => ({ from: key, to: this.#key })));
    // In one order for all, so that two who link the same rows do not wait for each other.
    pairs.sort((one, other) => compareKeys([one.from, one.to], [other.from, other.to]));
    const rows = pairs.map(({ from, to }) => link(from, to));
    const isToldOne = preSave.hasReceivers(schema.model) || postSave.hasReceivers(schema.model);
    if (isAutomatic) await bulkCreate(this.#database, schema, rows, { ignoreConflicts: true });
    else if (schema.parent === undefined && !isToldOne) await bulkCreate(this.#database, schema, rows, {});
    else for (const row of rows) await createInstance(this.#database, schema, row);
  }

  /** Of the rows with `keys`, those without a link to this one. */
  async #notLinkedBack(keys: readonly unknown[]): Promise<readonly unknown[]> {
    const { schema, near, far, isAutomatic } = this.#links;
    if (keys.length === 0 || isAutomatic) return keys;
    const links = await querySetOf(schema, this.#using)
      .filterBy({ [far.name]: this.#key, [`${near.name}__in`]: keys })
      .orderBy();
    const known = new Set(links.map((link) => keyText(keyIn(link, near))));
    return keys.filter((key) => !known.has(keyText(key)));
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
    return links.map((link) => keyIn(link, far));
  }

  get #using(): { readonly using: string } {
    return { using: this.#database.alias };
  }

  #together<T>(work: () => Promise<T>): Promise<T> {
    return atomic(work, this.#using);
  }
}

function keyIn(link: object, { name }: Field): unknown {
  const reference = (link as Instance)[name];
  return reference instanceof Reference ? reference.id : reference;
}

function distinct(keys: readonly unknown[]): unknown[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

function compareKeys(one: readonly unknown[], other: readonly unknown[]): number {
  const [a, b] = [keyText(one), keyText(other)];
  return a < b ? -1 : Number(a > b);
}
