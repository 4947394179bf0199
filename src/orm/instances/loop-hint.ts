import { warningChannel, type QueryWarning } from "../query/trap-warnings.js";
import { getLogger } from "../../core/index.js";
import type { Reference } from "../schema/reference.js";
import type { Relation } from "../schema/schema.js";

/** So many rows loaded one by one over the same relation, within so many milliseconds, look like a loop. */
const suspicious = 10;
const spanMs = 1000;

interface Count {
  since: number;
  count: number;
  isTold: boolean;
}

const counts = new WeakMap<Relation, Count>();

/**
 * Notes that a reference was loaded alone, without siblings. Rows that were got one by one have none, and a loop over
 * them makes a query for each: that is told once for each relation, in the log, except in production.
 */
export function hintAtLoop({ relation }: Reference): void {
  const now = performance.now();
  const known = counts.get(relation);
  if (known === undefined || now - known.since > spanMs) {
    counts.set(relation, { since: now, count: 1, isTold: known?.isTold ?? false });
    return;
  }
  known.count++;
  if (known.count < suspicious || known.isTold) return;
  known.isTold = true;
  const warning: QueryWarning = {
    model: relation.source.label,
    trap: 0,
    text:
      `${relation.source.name}.${relation.name} was loaded ${suspicious} times one by one. ` +
      `Get the rows with one query, or with selectRelated(${JSON.stringify(relation.name)}).`,
  };
  warningChannel.publish(warning);
  if (process.env["NODE_ENV"] !== "production") getLogger().warn({ model: warning.model }, warning.text);
}
