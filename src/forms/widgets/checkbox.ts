import type { SubmittedData } from "../submitted-data.js";
import { Widget, type WidgetUse } from "./widget.js";

/** A box to tick. One that is not ticked sends nothing, so nothing means false. */
export class Checkbox extends Widget {
  readonly template = "forms/widgets/checkbox.liquid";

  override rawValue(data: SubmittedData, name: string): boolean {
    const value = data.get(name);
    return value !== undefined && value !== null && !["", "false", "False", "0", "off"].includes(value);
  }

  /** Nothing is what an empty box sends. */
  override isOmitted(): boolean {
    return false;
  }

  override context(use: WidgetUse): object {
    return { ...this.base({ ...use, isSent: true }), isChecked: use.value === true };
  }
}
