import { DoesNotExist, MultipleObjectsReturned } from "./errors.js";
import type { ModelClass } from "./model-class.js";

const missing = new WeakMap<ModelClass, typeof DoesNotExist>();
const ambiguous = new WeakMap<ModelClass, typeof MultipleObjectsReturned>();

/** The `DoesNotExist` of one model, made at first use. */
export function doesNotExistOf(model: ModelClass): typeof DoesNotExist {
  const known = missing.get(model);
  if (known !== undefined) return known;
  const own = class extends DoesNotExist {};
  Object.defineProperty(own, "name", { value: `${model.name}.DoesNotExist` });
  missing.set(model, own);
  return own;
}

/** The `MultipleObjectsReturned` of one model, made at first use. */
export function multipleObjectsReturnedOf(model: ModelClass): typeof MultipleObjectsReturned {
  const known = ambiguous.get(model);
  if (known !== undefined) return known;
  const own = class extends MultipleObjectsReturned {};
  Object.defineProperty(own, "name", { value: `${model.name}.MultipleObjectsReturned` });
  ambiguous.set(model, own);
  return own;
}
