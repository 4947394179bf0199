import { DoesNotExist, MultipleObjectsReturned } from "./errors.js";
import type { ModelClass } from "./model-class.js";
import { modelAbove } from "./schema/schema-of.js";

const missing = new WeakMap<ModelClass, typeof DoesNotExist>();
const ambiguous = new WeakMap<ModelClass, typeof MultipleObjectsReturned>();

/** The `DoesNotExist` of one model, made at first use; it is one of the model that this one extends, too. */
export function doesNotExistOf(model: ModelClass): typeof DoesNotExist {
  const known = missing.get(model);
  if (known !== undefined) return known;
  const above = modelAbove(model);
  const own = class extends (above === undefined ? DoesNotExist : doesNotExistOf(above)) {};
  Object.defineProperty(own, "name", { value: `${model.name}.DoesNotExist` });
  missing.set(model, own);
  return own;
}

/** The `MultipleObjectsReturned` of one model, made at first use. */
export function multipleObjectsReturnedOf(model: ModelClass): typeof MultipleObjectsReturned {
  const known = ambiguous.get(model);
  if (known !== undefined) return known;
  const above = modelAbove(model);
  const own = class extends (above === undefined ? MultipleObjectsReturned : multipleObjectsReturnedOf(above)) {};
  Object.defineProperty(own, "name", { value: `${model.name}.MultipleObjectsReturned` });
  ambiguous.set(model, own);
  return own;
}
