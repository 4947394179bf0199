import { modelOptions, type ModelClass } from "../orm/index.js";
import { capitalized } from "./words.js";
import { valueText } from "./value-text.js";

/**
 * What people see of a row: what its model's own `toString` says, otherwise the model's name and the key, as `Room 7`.
 */
export function instanceLabel(instance: object): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- only where it is not the one of every object
  if (instance.toString !== Object.prototype.toString) return String(instance);
  const { pk } = instance as { readonly pk?: unknown };
  const name = capitalized(modelOptions(instance.constructor as unknown as ModelClass).verboseName);
  return pk === undefined || pk === null ? `New ${name.toLowerCase()}` : `${name} ${valueText(pk)}`;
}
