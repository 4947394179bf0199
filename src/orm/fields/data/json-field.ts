import { Field, type FieldOptions } from "../field.js";
import { ProblemFound, refuse } from "../problem.js";
import { jsonNull } from "./json-text.js";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Options of `f.json`. */
export interface JsonOptions<Value> extends FieldOptions<Value> {
  /** What values must look like: a schema of any library that follows Standard Schema. It may not be asynchronous. */
  readonly schema?: StandardSchemaV1<unknown, Value>;
}

/** Anything that JSON can say. */
export class JsonField<Value = unknown> extends Field<Value> {
  readonly typeName = "json";
  readonly lookupKind = "json";
  readonly columnType = { kind: "json" } as const;
  readonly #schema: StandardSchemaV1<unknown, Value> | undefined;

  constructor(options: JsonOptions<Value> = {}) {
    super(options);
    this.#schema = options.schema;
  }

  /** In a column that is never NULL, null can only be JSON's own. */
  override clean(value: unknown): Value | null {
    return super.clean(value === null && !this.isNullable ? jsonNull : value);
  }

  override toValue(value: unknown): Value {
    const text = jsonOf(value);
    if (text === undefined) return refuse("invalid", "cannot be said in JSON");
    // PostgreSQL keeps no NUL, not even escaped.
    if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) {
      refuse("null_characters", "contains the character NUL, which databases cannot keep");
    }
    return value as Value;
  }

  override validate(value: Value): void {
    if (this.#schema === undefined || (value as unknown) === jsonNull) return;
    const result = this.#schema["~standard"].validate(value);
    if (result instanceof Promise) {
      throw new TypeError(`The schema of the field ${this.name} is asynchronous; a field is checked at once.`);
    }
    const [issue] = result.issues ?? [];
    if (issue === undefined) return;
    const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
    throw new ProblemFound({
      code: "invalid",
      message: `does not fit its schema${path === "" ? "" : ` at ${path}`}: ${issue.message}`,
      params: { path },
    });
  }

  override isBlank(value: unknown): boolean {
    const isEmptyObject =
      typeof value === "object" && value !== null && value !== jsonNull && Object.keys(value).length === 0;
    return super.isBlank(value) || isEmptyObject;
  }
}

/** `value` as JSON; `undefined` where that would lose something or cannot be done. */
function jsonOf(value: unknown): string | undefined {
  let isLossy = false;
  const check = function (this: Readonly<Record<string, unknown>>, key: string, item: unknown): unknown {
    if (
      // What says nothing of itself in JSON, such as an expression.
      (item === undefined && this[key] !== undefined) ||
      typeof item === "function" ||
      typeof item === "symbol" ||
      (typeof item === "number" && !Number.isFinite(item))
    ) {
      isLossy = true;
    }
    return item;
  };
  try {
    const text = JSON.stringify(value, check) as string | undefined;
    return isLossy ? undefined : text;
  } catch {
    // Circles, and bigints.
    return undefined;
  }
}
