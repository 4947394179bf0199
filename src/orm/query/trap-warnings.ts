import { channel } from "node:diagnostics_channel";

import { getLogger } from "../../core/index.js";
import type { QueryShape } from "./operation.js";

/** What `hotclub:orm:warning` tells of a query that does what few expect. */
export interface QueryWarning {
  readonly model: string;
  /** The number of the trap in the documentation. */
  readonly trap: number;
  readonly text: string;
}

/** The diagnostics channel of warnings: each is told whenever the SQL of such a query is worked out. */
export const warningChannel = channel("hotclub:orm:warning");

const logged = new Set<string>();
/** The log is for the person who writes the program: each sentence is there once, and no more than this many. */
const maxLogged = 1000;

let isLogged = process.env["NODE_ENV"] !== "production";

/** Whether queries that Django answers in a way that few expect are told of in the log. Default: not in production. */
export function setQueryWarnings(wanted: boolean): void {
  isLogged = wanted;
}

/** Tells of what a query does. `trap` is its number in the documentation. */
export function warnOfTrap(shape: QueryShape, trap: number, text: string): void {
  if (shape.isStrict) return;
  const warning: QueryWarning = {
    model: shape.schema.label,
    trap,
    text: `A query of ${shape.schema.name} ${text}.`,
  };
  warningChannel.publish(warning);
  if (!isLogged || logged.size >= maxLogged || logged.has(warning.text)) return;
  logged.add(warning.text);
  getLogger().warn({ model: warning.model, trap }, warning.text);
}
