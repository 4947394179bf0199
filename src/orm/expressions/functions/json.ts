import type { Argument } from "../../typing/result.js";
import { nodeOf } from "../arguments.js";
import { Expression } from "../expression.js";

/**
 * An object of JSON: `JSONObject({ name: "username", rooms: Count("rooms") })`. Instants in it are text, as in JSON of
 * JavaScript.
 */
export function JSONObject(
  members: Readonly<Record<string, Argument>>,
): Expression<unknown, Readonly<Record<string, unknown>>> {
  const args = Object.entries(members).flatMap(([name, value]) => [
    Object.freeze({ kind: "value", value: name } as const),
    nodeOf(value),
  ]);
  return new Expression({ kind: "function", name: "json_object", args, output: "json" });
}

/** A list of JSON; see `JSONObject`. */
export function JSONArray(...items: readonly Argument[]): Expression<unknown, readonly unknown[]> {
  return new Expression({ kind: "function", name: "json_array", args: items.map(nodeOf), output: "json" });
}
