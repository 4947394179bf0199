import type { Dialect } from "../compiler/dialect.js";
import type { StatementNode } from "../compiler/nodes.js";
import { writeStatement } from "../compiler/sql-writer.js";
import type { Statement } from "../compiler/statement.js";
import { hydratorOf, type Hydrator } from "../instances/hydrator.js";
import { selectCount, selectExists, selectRows } from "./select-builder.js";
import type { Shape } from "./shape.js";

/** How to ask for the rows of a shape. Without a statement where it is known that there are none. */
export interface RowsPlan extends Hydrator {
  readonly dialect: Dialect;
  readonly statement: Statement | undefined;
}

/** How to get the rows of `shape`, worked out once for each dialect. */
export function rowsPlan(shape: Shape, dialect: Dialect): RowsPlan {
  // Nearly every program has one database: its plan is at hand without a look-up.
  const latest = shape.latestPlan as RowsPlan | undefined;
  if (latest !== undefined && latest.dialect === dialect) return latest;
  const plan = shape.planned(`rows ${dialect.name}`, (): RowsPlan => {
    const selected = selectRows(shape);
    if (selected === undefined) {
      return { dialect, statement: undefined, hydrate: () => ({}), deferred: [] };
    }
    const { query, layout } = selected;
    return { dialect, statement: writeStatement(query, dialect), ...hydratorOf(layout, dialect) };
  });
  shape.latestPlan = plan;
  return plan;
}

/** How to count the rows of `shape`; `undefined` where there are none. */
export function countPlan(shape: Shape, dialect: Dialect): Statement | undefined {
  return statementPlan(shape, dialect, "count", () => selectCount(shape));
}

/** How to learn whether `shape` has rows; `undefined` where there are none. */
export function existsPlan(shape: Shape, dialect: Dialect): Statement | undefined {
  return statementPlan(shape, dialect, "exists", () => selectExists(shape));
}

/** The statement that `build` gives for a shape, kept under `purpose`. */
export function statementPlan(
  shape: Shape,
  dialect: Dialect,
  purpose: string,
  build: () => StatementNode | undefined,
): Statement | undefined {
  return shape.planned(`${purpose} ${dialect.name}`, () => {
    const node = build();
    return node === undefined ? undefined : writeStatement(node, dialect);
  });
}
