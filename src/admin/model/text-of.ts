import { keyText, type ModelClass, modelOptions } from "../../orm/index.js";
import { valueOf } from "./rows.js";
import { capitalized } from "./words.js";

/** What rows are called by where their model does not say: the first of these that is there and says something. */
const tellingNames = ["name", "title", "label", "username", "email", "slug", "code", "subject", "headline", "key"];

/** What people call `row`: what its own `toString` says, otherwise a field that names it, otherwise its key. */
export function textOf(row: object): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- only where it is not the one of every object
  if (row.toString !== Object.prototype.toString) return String(row) || keyed(row);
  for (const name of tellingNames) {
    const value = valueOf(row, name);
    if (typeof value === "string" && value !== "") return value;
  }
  return keyed(row);
}

function keyed(row: object): string {
  const { verboseName } = modelOptions(row.constructor as ModelClass);
  return `${capitalized(verboseName)} ${keyText(valueOf(row, "pk"))}`;
}

/** The field that `textOf` reads, if it is one, so that a list can be ordered by it. */
export function tellingField(model: ModelClass): string | undefined {
  if ((model.prototype as object).toString !== Object.prototype.toString) return undefined;
  const options = modelOptions(model);
  return tellingNames.find((name) => options.has(name));
}
