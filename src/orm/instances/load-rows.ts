import { bind } from "../compiler/statement.js";
import type { Database } from "../database/database.js";
import { rowsPlan } from "../query/plans.js";
import type { QueryState } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import { InstanceState } from "../schema/instance-state.js";

/** The rows of a query as instances; what a query set does, for code that it stands above. */
export async function loadRows(database: Database, { shape, values }: QueryState<Shape>): Promise<object[]> {
  const plan = rowsPlan(shape, database.backend.dialect);
  if (plan.statement === undefined) return [];
  const { rows } = await database.execute(plan.statement, bind(plan.statement, values));
  const states = plan.deferred.map((deferred) => new InstanceState(database.alias, deferred));
  const instances = rows.map((row) => plan.hydrate(row, states) as object);
  const [state] = states;
  if (state !== undefined) state.rows = instances;
  return instances;
}
