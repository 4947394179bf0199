import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { QueryState } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import { bulkChanged } from "../signals/model-signals.js";
import { DeletionCollector, isFollowed } from "./deletion-collector.js";
import { incomingOf } from "./incoming.js";
import { isLeftAlone } from "../schema/on-delete.js";
import { deleteMatching, keysOf, type Deleted } from "./matching-rows.js";
import type { Schema } from "../schema/schema.js";

/**
 * Deletes the rows of a query, and what `onDelete` says of rows that refer to them. `instance` is the one whose row it
 * is, where it is that of an instance.
 */
export async function deleteRows(
  database: Database,
  state: QueryState<Shape>,
  instance?: object,
  { keepParents = false }: { readonly keepParents?: boolean } = {},
): Promise<Deleted> {
  const { schema } = state.shape;
  const isReferredTo = incomingOf(schema).some(({ field }) => !isLeftAlone(field.onDelete));
  const { model: sender } = schema;
  const isTold = bulkChanged.hasReceivers(sender) && instance === undefined;
  // One statement is all or nothing by itself.
  const isAlone = keepParents || schema.parent === undefined;
  if (isAlone && !isReferredTo && !isTold && !isFollowed(schema))
    return deletedOf(schema, await deleteMatching(database, state));
  return atomic(
    async () => {
      const keys = await keysOf(database, state);
      const collector = new DeletionCollector(database, { schema, keys, instance, keepParents });
      await collector.collect();
      const deleted = await collector.delete();
      if (isTold) await bulkChanged.send({ sender, action: "delete", keys, using: database.alias });
      return deleted;
    },
    { using: database.alias },
  );
}

function deletedOf(schema: Schema, count: number): Deleted {
  return { count, byModel: count === 0 ? {} : { [schema.concrete.label]: count } };
}
