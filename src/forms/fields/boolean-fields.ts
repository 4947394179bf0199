import { Checkbox } from "../widgets/checkbox.js";
import { Select } from "../widgets/select.js";
import type { ShownChoice, Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";

const words: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ["true", true],
  ["True", true],
  ["1", true],
  ["on", true],
  ["yes", true],
  [false, false],
  ["false", false],
  ["False", false],
  ["0", false],
  ["off", false],
  ["no", false],
]);

/** A box to tick. With `required` it must be ticked; unlike Django's, it is not required where nobody says. */
export class BooleanField extends FormField<boolean> {
  constructor(options: FieldOptions<boolean> = {}) {
    super(options);
  }

  protected defaultWidget(): Widget {
    return new Checkbox();
  }

  protected override get isRequiredByDefault(): boolean {
    return false;
  }

  protected override get emptyValue(): boolean {
    return false;
  }

  protected override format(value: unknown): boolean {
    return this.parse(value);
  }

  protected parse(raw: unknown): boolean {
    return words.get(raw) ?? (raw !== undefined && raw !== null && raw !== "");
  }

  protected override async cleanValue(raw: unknown): Promise<boolean> {
    if (this.required && !this.parse(raw)) this.refuse("required");
    return super.cleanValue(raw);
  }
}

/** True, false or unknown. Unknown is null. */
export class NullBooleanField extends FormField<boolean | null> {
  constructor(options: FieldOptions<boolean> = {}) {
    super(options);
  }

  protected defaultWidget(): Widget {
    return new Select();
  }

  protected override get isRequiredByDefault(): boolean {
    return false;
  }

  protected override format(value: unknown): unknown {
    return value === true ? "true" : value === false ? "false" : "";
  }

  protected parse(raw: unknown): unknown {
    return words.get(raw);
  }

  protected override async shownChoices(): Promise<readonly ShownChoice[]> {
    return [
      { value: "", label: "Unknown" },
      { value: "true", label: "Yes" },
      { value: "false", label: "No" },
    ];
  }
}
