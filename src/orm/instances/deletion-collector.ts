import type { Database } from "../database/database.js";
import { ProtectedError } from "../database-errors.js";
import type { QueryState } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import { keyText } from "../schema/key-text.js";
import { isLeftAlone, SetTo } from "../schema/on-delete.js";
import { announce, isWatched } from "../signals/announce.js";
import { postDelete, preDelete, type DeleteMessage } from "../signals/model-signals.js";
import { incomingOf, type Incoming } from "./incoming.js";
import { loadRows } from "./load-rows.js";
import { deleteMatching, keysOf, rowsWhere, type Deleted } from "./matching-rows.js";
import { updateRows } from "./update-rows.js";
import type { Schema } from "../schema/schema.js";

/** The most keys in one statement. */
const maxKeys = 5000;

/** The rows that are to be deleted. */
interface Wanted {
  /** The model they are deleted as: a proxy, maybe. */
  readonly schema: Schema;
  readonly keys: readonly unknown[];
  /** The instance that is deleted, where it is one. */
  readonly instance: object | undefined;
  /** Whether their rows of the models that theirs extends stay. Those of what they take along do not. */
  readonly keepParents: boolean;
}

/**
 * Finds out what a deletion takes along, and deletes it in an order that breaks no constraint.
 *
 * Rows of a model that nothing refers to are not looked at: they are deleted by the key they refer to.
 */
export class DeletionCollector {
  readonly #database: Database;
  /** The keys of the rows to delete. */
  readonly #keys = new Map<Schema, Map<string, unknown>>();
  /** Rows to delete by what they refer to. */
  readonly #dependents: { readonly incoming: Incoming; readonly keys: readonly unknown[] }[] = [];
  /** References to cut. */
  readonly #cuts: { readonly incoming: Incoming; readonly keys: readonly unknown[] }[] = [];
  /** Rows that must not be left over: they may go only if something else takes them along. */
  readonly #restricted: { readonly incoming: Incoming; readonly keys: readonly unknown[] }[] = [];

  readonly #wanted: Wanted;

  constructor(database: Database, wanted: Wanted) {
    this.#database = database;
    this.#wanted = wanted;
  }

  /** Adds the rows that are to be deleted, and what refers to them. Throws `ProtectedError`. */
  async collect(): Promise<void> {
    const { schema, keys, keepParents } = this.#wanted;
    await this.#collect(schema.concrete, keys, keepParents);
  }

  async #collect(schema: Schema, keys: readonly unknown[], keepParents = false): Promise<void> {
    const known = this.#keys.get(schema) ?? new Map<string, unknown>();
    this.#keys.set(schema, known);
    const added = keys.filter((key) => !known.has(keyText(key)));
    for (const key of added) known.set(keyText(key), key);
    if (added.length === 0) return;
    if (schema.parent !== undefined && !keepParents) await this.#collect(schema.parent, added);
    for (const incoming of incomingOf(schema)) {
      for (const part of inParts(added)) await this.#follow(incoming, part);
    }
  }

  #keysOf(schema: Schema): unknown[] {
    return [...(this.#keys.get(schema)?.values() ?? [])];
  }

  async #follow(incoming: Incoming, keys: readonly unknown[]): Promise<void> {
    const { onDelete } = incoming.field;
    if (isLeftAlone(onDelete)) return;
    if (onDelete === "protect") await this.#refuseIfReferred(incoming, keys, []);
    else if (onDelete === "restrict") this.#restricted.push({ incoming, keys });
    else if (onDelete !== "cascade") this.#cuts.push({ incoming, keys });
    else if (mustBeLookedAt(incoming.schema)) {
      await this.#collect(incoming.schema, await keysOf(this.#database, referring(incoming, keys)));
    } else this.#dependents.push({ incoming, keys });
  }

  async #refuseIfReferred(
    { schema, field }: Incoming,
    keys: readonly unknown[],
    but: readonly unknown[],
  ): Promise<void> {
    const found = await keysOf(this.#database, referring({ schema, field }, keys));
    const spared = new Set(but.map(keyText));
    const left = found.filter((key) => !spared.has(keyText(key)));
    if (left.length === 0) return;
    const rows = left.length === 1 ? "1 row refers" : `${left.length} rows refer`;
    throw new ProtectedError({
      model: field.target.name,
      table: field.target.table,
      fields: [field.name],
      problem:
        `${field.target.name} cannot be deleted: ${rows} to it through ${schema.name}.${field.name} ` +
        `(onDelete: ${JSON.stringify(field.onDelete)}), with the primary keys ${left.slice(0, 5).map(keyText).join(", ")}${left.length > 5 ? ", …" : ""}. ` +
        "Delete those first.",
    });
  }

  /** Deletes what was collected. Throws `ProtectedError` where a restricted row would be left over. */
  async delete(): Promise<Deleted> {
    for (const { incoming, keys } of this.#restricted) {
      await this.#refuseIfReferred(incoming, keys, this.#keysOf(incoming.schema));
    }
    const { order, isCircular } = inDeletionOrder([...this.#keys.keys()]);
    const isSplit = [...this.#keys.values()].some((keys) => keys.size > maxKeys);
    if (isCircular || isSplit) await this.#deferConstraints();
    const instances = await this.#instancesToTell(order);
    // Before anything is changed: receivers see what refers to the rows.
    for (const message of instances) await preDelete.send(message);
    for (const { incoming, keys } of this.#cuts) {
      const value = await valueInstead(incoming);
      await updateRows(this.#database, referring(incoming, keys), { [incoming.field.name]: value });
    }
    const counts = new Map<string, number>();
    const count = (schema: Schema, deleted: number): void => {
      if (deleted > 0) counts.set(schema.label, (counts.get(schema.label) ?? 0) + deleted);
    };
    for (const { incoming, keys } of this.#dependents) {
      count(incoming.schema, await deleteMatching(this.#database, referring(incoming, keys)));
    }
    for (const schema of order) {
      for (const keys of inParts(this.#keysOf(schema))) {
        count(schema, await deleteMatching(this.#database, rowsWhere(schema, "pk__in", keys)));
      }
    }
    for (const message of instances) await postDelete.send(message);
    for (const schema of order) {
      for (const { by, keys } of this.#keysByModel(schema)) {
        await announce(this.#database, by, { type: "orm.deleted", keys });
      }
    }
    const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
    return { count: total, byModel: Object.fromEntries(counts) };
  }

  /** A message for each instance whose deletion somebody wants to be told of. */
  async #instancesToTell(schemas: readonly Schema[]): Promise<DeleteMessage[]> {
    const messages: DeleteMessage[] = [];
    const using = this.#database.alias;
    const { instance } = this.#wanted;
    for (const { by, keys: all } of schemas.flatMap((schema) => this.#keysByModel(schema))) {
      const { model: sender } = by;
      if (!isTold(by)) continue;
      const own = instance?.constructor === sender ? instance : undefined;
      for (const keys of inParts(all)) {
        for (const row of await loadRows(this.#database, rowsWhere(by, "pk__in", keys))) {
          const isOwn = own !== undefined && keyText(by.keyOf(row)) === keyText(by.keyOf(own));
          messages.push({ sender, instance: isOwn ? own : row, using });
        }
      }
    }
    return messages;
  }

  /** The keys of a table's rows, by the model that their deletion is told of: those wanted by the one they were seen as. */
  #keysByModel(schema: Schema): { readonly by: Schema; readonly keys: readonly unknown[] }[] {
    const { schema: seenAs, keys } = this.#wanted;
    const all = this.#keysOf(schema);
    if (seenAs === schema || seenAs.concrete !== schema) return [{ by: schema, keys: all }];
    const wanted = new Set(keys.map(keyText));
    const others = all.filter((key) => !wanted.has(keyText(key)));
    return [
      { by: seenAs, keys },
      { by: schema, keys: others },
    ];
  }

  async #deferConstraints(): Promise<void> {
    const sql = this.#database.backend.dialect.deferConstraints;
    await this.#database.execute({ sql, parameters: [], access: "write", hasRows: false }, []);
  }
}

/** What rows refer to instead of a deleted row. */
async function valueInstead({ field }: Incoming): Promise<unknown> {
  if (field.onDelete instanceof SetTo) return field.onDelete.current();
  return field.onDelete === "setNull" ? null : field.defaultValue();
}

/** Whether somebody wants the instances of rows that go. */
function isTold({ model }: Schema): boolean {
  return preDelete.hasReceivers(model) || postDelete.hasReceivers(model);
}

/** Whether somebody wants to know which rows of `schema` go. */
export function isFollowed(schema: Schema): boolean {
  return isTold(schema) || isWatched(schema);
}

/** Whether it matters which rows of `schema` go: others refer to them, or a restriction asks whether they went. */
function mustBeLookedAt(schema: Schema): boolean {
  if (isFollowed(schema) || schema.parent !== undefined) return true;
  const isReferredTo = incomingOf(schema).some(({ field }) => !isLeftAlone(field.onDelete));
  return isReferredTo || schema.foreignKeys.some((field) => field.onDelete === "restrict");
}

/** The rows that refer to one of `keys` through a foreign key. */
function referring({ schema, field }: Incoming, keys: readonly unknown[]): QueryState<Shape> {
  // A reference that keeps another field is followed to the row.
  const path = field.targetField === field.target.primaryKey ? field.name : `${field.name}__pk`;
  return rowsWhere(schema, `${path}__in`, keys);
}

function inParts(keys: readonly unknown[]): (readonly unknown[])[] {
  const parts: (readonly unknown[])[] = [];
  for (let start = 0; start < keys.length; start += maxKeys) parts.push(keys.slice(start, start + maxKeys));
  return parts;
}

/** `schemas` so that each comes before those that it refers to, and whether that cannot be done. */
function inDeletionOrder(schemas: readonly Schema[]): { order: Schema[]; isCircular: boolean } {
  const order: Schema[] = [];
  const visiting = new Set<Schema>();
  let isCircular = false;
  const visit = (schema: Schema): void => {
    if (order.includes(schema)) return;
    if (visiting.has(schema)) {
      isCircular = true;
      return;
    }
    visiting.add(schema);
    for (const other of schemas) {
      if (other !== schema && other.foreignKeys.some((field) => field.target === schema)) visit(other);
    }
    visiting.delete(schema);
    order.push(schema);
  };
  for (const schema of schemas) visit(schema);
  return { order, isCircular };
}
