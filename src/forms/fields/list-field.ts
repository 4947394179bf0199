import { InvalidValue } from "../errors.js";
import type { FormError } from "../form-error.js";
import { Textarea } from "../widgets/input.js";
import type { Widget } from "../widgets/widget.js";
import { type AnyFieldOptions, FormField } from "./form-field.js";
import { valueText } from "../value-text.js";

/** A list of values, one on each line. Where nothing is given, an empty list. */
export class ListField extends FormField<unknown[]> {
  readonly #cleanItem: (text: string) => unknown;

  /** `cleanItem` makes the value of a line; it throws `InvalidValue` where it is none. */
  constructor(cleanItem: (text: string) => unknown, options: AnyFieldOptions = {}) {
    super(options);
    this.#cleanItem = cleanItem;
  }

  protected defaultWidget(): Widget {
    return new Textarea();
  }

  protected override get emptyValue(): unknown {
    return [];
  }

  protected override format(value: unknown): unknown {
    return Array.isArray(value) ? (value as readonly unknown[]).map(valueText).join("\n") : value;
  }

  protected parse(raw: unknown): unknown {
    const lines = typeof raw === "string" ? raw.split(/\r\n?|\n/) : Array.isArray(raw) ? raw.map(valueText) : [];
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  }

  protected override async check(lines: unknown): Promise<unknown> {
    const errors: FormError[] = [];
    const items: unknown[] = [];
    for (const [index, line] of (lines as readonly string[]).entries()) {
      try {
        items.push(this.#cleanItem(line));
      } catch (thrown) {
        if (!(thrown instanceof InvalidValue)) throw thrown;
        for (const { code, message } of thrown.errors) errors.push({ code, message: `Line ${index + 1}: ${message}` });
      }
    }
    if (errors.length > 0) throw new InvalidValue({ errors });
    return items;
  }
}
