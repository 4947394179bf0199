import type { IntegerBits } from "../column-type.js";
import { Field } from "../field.js";
import { toInteger } from "./int-field.js";

/** The names of automatic keys, by their size. */
const names = { 16: "smallAuto", 32: "auto32", 64: "auto" } as const;

/** A primary key that the database counts up. */
export class AutoField extends Field<number> {
  readonly typeName: string;
  readonly lookupKind = "number";
  readonly columnType: { readonly kind: "serial"; readonly bits: IntegerBits };

  constructor(bits: IntegerBits = 64) {
    super({ primaryKey: true });
    this.typeName = names[bits];
    this.columnType = { kind: "serial", bits };
  }

  override get isGenerated(): boolean {
    return true;
  }

  override toValue(value: unknown): number {
    return toInteger(value);
  }
}
