import type { Attributes } from "./attributes-html.js";
import { Checkbox } from "./checkbox.js";
import { FileInput } from "./file-input.js";
import { Input, PasswordInput, TemporalInput, Textarea } from "./input.js";
import { CheckboxSelectMultiple, RadioSelect, Select, SelectMultiple } from "./select.js";
import { MultipleHidden, SplitDateTime } from "./several.js";

const input =
  (type: string) =>
  (attributes?: Attributes): Input =>
    new Input(type, attributes);

const temporal =
  (type: string) =>
  (attributes?: Attributes): Input =>
    new TemporalInput(type, attributes);

/**
 * How fields can be shown: `field.text({ widget: widget.textarea({ rows: 10 }) })`. Each function takes attributes of
 * HTML. For another way, extend `Widget`.
 */
export const widget = {
  text: input("text"),
  email: input("email"),
  url: input("url"),
  number: input("number"),
  search: input("search"),
  tel: input("tel"),
  color: input("color"),
  range: input("range"),
  hidden: input("hidden"),
  date: temporal("date"),
  time: temporal("time"),
  dateTime: temporal("datetime-local"),
  /** What was typed does not come back with the page, unless `showsValue: true`. */
  password: (options?: Attributes & { readonly showsValue?: boolean }): PasswordInput => new PasswordInput(options),
  textarea: (attributes?: Attributes): Textarea => new Textarea(attributes),
  checkbox: (attributes?: Attributes): Checkbox => new Checkbox(attributes),
  select: (attributes?: Attributes): Select => new Select(attributes),
  selectMultiple: (attributes?: Attributes): SelectMultiple => new SelectMultiple(attributes),
  /** Choices as buttons, of which one can be on. */
  radios: (attributes?: Attributes): RadioSelect => new RadioSelect(attributes),
  /** Choices as boxes to tick. */
  checkboxes: (attributes?: Attributes): CheckboxSelectMultiple => new CheckboxSelectMultiple(attributes),
  file: (attributes?: Attributes): FileInput => new FileInput(attributes),
  hiddenList: (attributes?: Attributes): MultipleHidden => new MultipleHidden(attributes),
  splitDateTime: (attributes?: Attributes): SplitDateTime => new SplitDateTime(attributes),
} as const;
