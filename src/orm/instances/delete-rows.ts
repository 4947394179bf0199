import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { QueryState } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import { DeletionCollector } from "./deletion-collector.js";
import { incomingOf } from "./incoming.js";
import { isLeftAlone } from "../schema/on-delete.js";
import { deleteMatching, keysOf, type Deleted } from "./matching-rows.js";
import type { Schema } from "../schema/schema.js";

/** Deletes the rows of a query, and what `onDelete` says of rows that refer to them. */
export async function deleteRows(database: Database, state: QueryState<Shape>): Promise<Deleted> {
  const { schema } = state.shape;
  const isReferredTo = incomingOf(schema).some(({ field }) => !isLeftAlone(field.onDelete));
  // One statement is all or nothing by itself.
  if (!isReferredTo) return deletedOf(schema, await deleteMatching(database, state));
  return atomic(
    async () => {
      const collector = new DeletionCollector(database);
      await collector.collect(schema, await keysOf(database, state));
      return collector.delete();
    },
    { using: database.alias },
  );
}

function deletedOf(schema: Schema, count: number): Deleted {
  return { count, byModel: count === 0 ? {} : { [schema.label]: count } };
}
