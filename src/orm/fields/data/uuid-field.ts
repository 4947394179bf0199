import { randomUUID } from "node:crypto";

import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";
import { uuid7 } from "./uuid7.js";

/** Options of `f.uuid`. */
export interface UuidOptions extends FieldOptions<string> {
  /**
   * Make one for each new instance that is given none: `v4` is random; `v7` begins with the time, so that new rows
   * stand at the end of an index.
   */
  readonly auto?: "v4" | "v7";
}

const makers = { v4: randomUUID, v7: uuid7 } as const;

/** A UUID as text in lower case with hyphens. Upper case, and 32 digits without hyphens, are converted. */
export class UuidField extends Field<string> {
  readonly typeName = "uuid";
  readonly lookupKind = "uuid";
  readonly columnType = { kind: "uuid" } as const;
  readonly #auto: "v4" | "v7" | undefined;

  constructor(options: UuidOptions = {}) {
    super(options);
    this.#auto = options.auto;
  }

  override get makesItself(): boolean {
    return this.#auto !== undefined;
  }

  override defaultValue(): unknown {
    return this.#auto === undefined ? super.defaultValue() : makers[this.#auto]();
  }

  override toValue(value: unknown): string {
    const text = typeof value === "string" ? value.trim().toLowerCase() : "";
    const match =
      /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/.exec(text);
    return match === null ? refuse("invalid", `is not a UUID: ${show(value)}`) : match.slice(1).join("-");
  }
}
