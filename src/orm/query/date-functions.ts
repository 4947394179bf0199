import type { DateKind } from "../compiler/nodes.js";
import type { FunctionExpression } from "../expressions/nodes.js";
import type { Operand } from "../lookups/lookup.js";
import type { QueryScope, Resolved } from "./resolved.js";

/** What a function is called for what it is given: truncating a day is another than truncating an instant. */
export function nameFor(name: string, args: readonly Resolved[], { type }: Operand): string {
  // A length of time is added as it is, a number as milliseconds.
  if (name === "shift") return args[1]?.output.type.kind === "duration" ? "shift_by" : name;
  if (name === "slice") return type.kind === "array" ? "list_slice" : "substr";
  if (!name.startsWith("trunc_")) return name;
  const kind = dateKindOf(args[0]);
  return kind === "dateTime" ? name : name.replace("trunc_", `trunc_${kind}_`);
}

/** What a function of dates is given; of anything else it is for the database to say what it makes of it. */
export function dateKindOf(argument: Resolved | undefined): DateKind {
  const kind = argument?.output.type.kind;
  return kind === "date" || kind === "time" ? kind : "dateTime";
}

/** The zone of a function of instants, its own or that of the query; `undefined` for UTC, and for what has none. */
export function zoneFor(
  { name, zone: own }: FunctionExpression,
  args: readonly Resolved[],
  scope: QueryScope,
): string | undefined {
  if (!/^(part|trunc)_/.test(name) || dateKindOf(args[0]) !== "dateTime") return undefined;
  const zone = own ?? scope.zone;
  return zone === "UTC" ? undefined : zone;
}
