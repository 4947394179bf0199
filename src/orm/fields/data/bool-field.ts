import { Field } from "../field.js";
import { refuse, show } from "../problem.js";

const words: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ["1", true],
  ["t", true],
  ["true", true],
  ["True", true],
  [false, false],
  [0, false],
  ["0", false],
  ["f", false],
  ["false", false],
  ["False", false],
]);

/** True or false. 1 and 0, `"true"` and `"false"`, `"t"` and `"f"` are converted. */
export class BoolField extends Field<boolean> {
  readonly typeName = "bool";
  readonly lookupKind = "boolean";
  readonly columnType = { kind: "boolean" } as const;

  override toValue(value: unknown): boolean {
    return words.get(value) ?? refuse("invalid", `is neither true nor false: ${show(value)}`);
  }
}
