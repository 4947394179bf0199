import { Field } from "../field.js";
import { toInteger } from "./int-field.js";

/** A primary key that the database counts up. */
export class AutoField extends Field<number> {
  readonly typeName = "auto";
  readonly lookupKind = "number";
  readonly columnType = { kind: "serial" } as const;

  constructor() {
    super({ primaryKey: true });
  }

  override get isGenerated(): boolean {
    return true;
  }

  override toValue(value: unknown): number {
    return toInteger(value);
  }
}
