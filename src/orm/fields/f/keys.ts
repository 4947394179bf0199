import { declare } from "../../schema/construction.js";
import type { CompositeKey } from "../../typing/relation.js";
import { CompositeKeyField } from "../data/composite-key-field.js";

export function compositeKey<const Names extends readonly [string, string, ...string[]]>(
  ...names: Names
): CompositeKey<Names> {
  return declare("compositeKey", () => new CompositeKeyField(names)) as CompositeKey<Names>;
}
