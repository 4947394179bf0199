import type { Attributes } from "../widgets/attributes-html.js";
import { Input, PasswordInput, Textarea } from "../widgets/input.js";
import type { Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";
import { valueText } from "../value-text.js";

/** Options of `field.char`. */
export interface CharOptions extends FieldOptions<string> {
  /** The greatest length, in characters (Unicode code points). */
  readonly maxLength?: number;
  /** The least length of what is given. */
  readonly minLength?: number;
  /** Whether blanks at both ends are taken away. Default true. */
  readonly strip?: boolean;
  /** What nothing comes to. Default an empty text. */
  readonly emptyValue?: string | null;
}

/** Half of a surrogate pair is no character; every Node that is supported can tell. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** A text of one line. Where nothing is given, an empty text. */
export class CharField<Value = string> extends FormField<Value> {
  readonly #options: CharOptions;

  constructor(options: CharOptions = {}) {
    super(options);
    this.#options = options;
  }

  protected get strips(): boolean {
    return this.#options.strip !== false;
  }

  protected override get emptyValue(): unknown {
    return this.#options.emptyValue === undefined ? "" : this.#options.emptyValue;
  }

  protected defaultWidget(): Widget {
    return new Input();
  }

  protected override attributes(): Attributes {
    const { maxLength, minLength } = this.#options;
    return { maxlength: maxLength, minlength: minLength };
  }

  protected parse(raw: unknown): unknown {
    return this.text(raw);
  }

  /** What was sent as text that databases can keep. */
  protected text(raw: unknown): string {
    const given = valueText(raw);
    const text = this.strips ? given.trim() : given;
    if (text.includes("\0")) this.refuse("null_characters");
    if (!isWellFormed(text)) this.refuse("invalid");
    this.#checkLength(text);
    return text;
  }

  #checkLength(text: string): void {
    const { maxLength, minLength } = this.#options;
    if (text === "" || (maxLength === undefined && minLength === undefined)) return;
    // `length` counts UTF-16 units, which are at least as many as the characters.
    if (maxLength !== undefined && text.length > maxLength) {
      const length = Array.from(text).length;
      if (length > maxLength) this.refuse("max_length", { limit: maxLength, length });
    }
    if (minLength !== undefined) {
      const length = Array.from(text).length;
      if (length < minLength) this.refuse("min_length", { limit: minLength, length });
    }
  }
}

/** A text of several lines. Browsers end lines with CR and LF; here they end with LF, so that lengths are as they show. */
export class TextField extends CharField {
  protected override defaultWidget(): Widget {
    return new Textarea();
  }

  protected override text(raw: unknown): string {
    return super.text(typeof raw === "string" ? raw.replaceAll(/\r\n?/g, "\n") : raw);
  }
}

/** A secret: it is taken as it is, blanks and all, and does not come back with the page. */
export class PasswordField extends CharField {
  constructor(options: CharOptions = {}) {
    super({ strip: false, ...options });
  }

  protected override defaultWidget(): Widget {
    return new PasswordInput();
  }
}

/** A value that nobody sees. */
export class HiddenField extends CharField {
  protected override defaultWidget(): Widget {
    return new Input("hidden");
  }
}
