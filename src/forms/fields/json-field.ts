import { type Schema, validate, ValidationFailed } from "../../core/index.js";
import type { JsonValue } from "../../orm/index.js";
import { InvalidValue } from "../errors.js";
import { Textarea } from "../widgets/input.js";
import type { Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";

/** Options of `field.json`. */
export interface JsonOptions<Value> extends FieldOptions<Value> {
  /** What the value must be, in any library that speaks Standard Schema. */
  readonly schema?: Schema<Value>;
}

/** Text that is JSON. Where nothing is given, null. */
export class JsonField<Value = JsonValue> extends FormField<Value> {
  readonly #schema: Schema | undefined;

  constructor(options: JsonOptions<never> = {}) {
    super({ ...options, errorMessages: { invalid: "Enter valid JSON.", ...options.errorMessages } });
    this.#schema = options.schema;
  }

  protected defaultWidget(): Widget {
    return new Textarea({ spellcheck: "false" });
  }

  protected parse(raw: unknown): unknown {
    if (typeof raw !== "string") return undefined;
    if (raw.trim() === "") return undefined;
    try {
      return { json: JSON.parse(raw) as unknown };
    } catch {
      return this.refuse("invalid");
    }
  }

  /** JSON knows empty texts, empty lists and null, which are values as good as others. */
  protected override isEmpty(value: unknown): boolean {
    return value === undefined || value === null;
  }

  protected override async check(parsed: unknown): Promise<unknown> {
    const { json } = parsed as { readonly json: unknown };
    if (this.#schema === undefined) return json;
    try {
      return await validate(this.#schema, json, this.label);
    } catch (thrown) {
      if (!(thrown instanceof ValidationFailed)) throw thrown;
      const errors = thrown.params.issues.map(({ path, message }) => ({
        code: "invalid",
        message: path.length === 0 ? message : `${path.join(".")}: ${message}`,
      }));
      throw new InvalidValue({ errors });
    }
  }

  protected override format(value: unknown): unknown {
    return value === undefined || value === null ? "" : JSON.stringify(value, undefined, 2);
  }

  /** Spaces and the order of names make no other value. */
  protected override differs(initial: unknown, sent: unknown): boolean {
    const [one, other] = [canonical(initial), canonical(sent)];
    return one !== other;
  }
}

function canonical(text: unknown): string {
  if (typeof text !== "string" || text.trim() === "") return "";
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return `not JSON: ${text}`;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
