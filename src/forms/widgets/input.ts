import type { Attributes } from "./attributes-html.js";
import { Widget, type WidgetContext, type WidgetUse } from "./widget.js";

/** An `<input>` with a text in it. */
export class Input extends Widget {
  readonly template: string = "forms/widgets/input.liquid";
  /** The type of the input. */
  readonly type: string;

  constructor(type = "text", attributes: Attributes = {}) {
    super(attributes);
    this.type = type;
  }

  override get isHidden(): boolean {
    return this.type === "hidden";
  }

  override context(use: WidgetUse): object {
    return { ...this.base(use), type: this.type };
  }
}

/** An input whose text is not shown; what was typed does not come back with the page, unless `showsValue`. */
export class PasswordInput extends Input {
  readonly #showsValue: boolean;

  constructor({ showsValue = false, ...attributes }: Attributes & { readonly showsValue?: boolean } = {}) {
    super("password", attributes);
    this.#showsValue = showsValue;
  }

  protected override base(use: WidgetUse): WidgetContext {
    return super.base(this.#showsValue ? use : { ...use, value: undefined, isSent: false });
  }
}

/** An input for a date, a time or both, as the browser asks for them. */
export class TemporalInput extends Input {
  protected override base(use: WidgetUse): WidgetContext {
    const shown = use.isSent ? use.value : this.format(use.value);
    // Without it browsers take whole minutes only, and find fault with the seconds that they are shown.
    const hasSeconds = typeof shown === "string" && /:\d{2}:\d{2}/.test(shown);
    return super.base(hasSeconds ? { ...use, attributes: { step: "any", ...use.attributes } } : use);
  }
}

/** A text of several lines. */
export class Textarea extends Widget {
  readonly template = "forms/widgets/textarea.liquid";

  constructor(attributes: Attributes = {}) {
    super({ rows: 5, cols: 40, ...attributes });
  }
}
