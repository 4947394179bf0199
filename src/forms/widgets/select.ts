import type { SubmittedData } from "../submitted-data.js";
import { type Attributes, attributesHtml } from "./attributes-html.js";
import { type ShownChoice, Widget, type WidgetUse } from "./widget.js";
import { valueText } from "../value-text.js";

/** A choice as the templates of lists see it. */
interface Option {
  readonly value: string;
  readonly label: string;
  readonly isSelected: boolean;
  readonly isDisabled: boolean;
  /** Of buttons and boxes: their own `id`. */
  readonly id: string | undefined;
  /** Of buttons and boxes: whether the page opens with this one in focus. */
  readonly isFocused: boolean;
}

interface OptionGroup {
  /** Empty for those that stand in no group. */
  readonly label: string;
  readonly options: readonly Option[];
}

/** A list of choices, of which one can be selected. */
export class Select extends Widget {
  readonly template: string = "forms/widgets/select.liquid";

  get isMultiple(): boolean {
    return false;
  }

  /** Whether browsers know how to insist on one of these choices: not where the first stands for none. */
  override usesRequired(): boolean {
    return true;
  }

  /** The values that are selected, as they stand in the form. */
  protected selected(value: unknown): ReadonlySet<string> {
    const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    return new Set(values.map(valueText));
  }

  override async context(use: WidgetUse): Promise<object> {
    const base = this.base(this.isMultiple ? { ...use, attributes: { ...use.attributes, multiple: true } } : use);
    return { ...base, groups: groupsOf(await use.choices(), this.selected(use.value), use.id) };
  }
}

/** A list of choices, of which any number can be selected. */
export class SelectMultiple extends Select {
  override get isMultiple(): boolean {
    return true;
  }

  override rawValue(data: SubmittedData, name: string): readonly string[] {
    return data.getAll(name);
  }

  /** A list of which nothing is selected sends nothing. */
  override isOmitted(): boolean {
    return false;
  }

  protected override selected(value: unknown): ReadonlySet<string> {
    return value === undefined || value === null ? new Set() : super.selected(value);
  }
}

/** Choices as a group of buttons, of which one can be on. */
export class RadioSelect extends Select {
  override readonly template = "forms/widgets/options.liquid";

  override get isGroup(): boolean {
    return true;
  }

  override idForLabel(id: string): string {
    return `${id}_0`;
  }

  override async context(use: WidgetUse): Promise<object> {
    return optionsContext("radio", use, await use.choices(), this.selected(use.value), this.attributes);
  }
}

/** Choices as a group of boxes to tick. */
export class CheckboxSelectMultiple extends SelectMultiple {
  override readonly template = "forms/widgets/options.liquid";

  override get isGroup(): boolean {
    return true;
  }

  /** A box that must be ticked is not what is meant. */
  override usesRequired(): boolean {
    return false;
  }

  override idForLabel(id: string): string {
    return `${id}_0`;
  }

  override async context(use: WidgetUse): Promise<object> {
    return optionsContext("checkbox", use, await use.choices(), this.selected(use.value), this.attributes);
  }
}

function optionsContext(
  type: "radio" | "checkbox",
  { name, id, attributes }: WidgetUse,
  choices: readonly ShownChoice[],
  selected: ReadonlySet<string>,
  own: Attributes,
): object {
  // The help and the errors are those of the group, and so is what says that it is wrong.
  const { "aria-describedby": _described, "aria-invalid": _invalid, autofocus, ...rest } = attributes;
  const all = { ...rest, ...own };
  return {
    name,
    id,
    type,
    attributes: attributesHtml(all),
    groups: groupsOf(choices, selected, id, autofocus === true),
  };
}

function groupsOf(
  choices: readonly ShownChoice[],
  selected: ReadonlySet<string>,
  id: string | undefined,
  isFocused = false,
): OptionGroup[] {
  const groups: { label: string; options: Option[] }[] = [];
  for (const [index, { value, label, group = "", isDisabled = false }] of choices.entries()) {
    let last = groups.at(-1);
    if (last?.label !== group) groups.push((last = { label: group, options: [] }));
    last.options.push({
      value,
      label,
      isSelected: selected.has(value),
      isDisabled,
      id: id === undefined ? undefined : `${id}_${index}`,
      isFocused: isFocused && index === 0,
    });
  }
  return groups;
}
