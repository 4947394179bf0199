import { Expression } from "../expression.js";

/** A random UUID, another one for each row. */
export function UUID4(): Expression<string, string> {
  return new Expression({ kind: "function", name: "uuid4", args: [], output: "uuid" });
}

/** A UUID that begins with the time, so that later ones sort after, another one for each row. */
export function UUID7(): Expression<string, string> {
  return new Expression({ kind: "function", name: "uuid7", args: [], output: "uuid" });
}
