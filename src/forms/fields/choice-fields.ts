import { Select, SelectMultiple } from "../widgets/select.js";
import { MultipleHidden } from "../widgets/several.js";
import type { ShownChoice, Widget } from "../widgets/widget.js";
import { type ChoiceSource, type FormChoice, listChoices } from "./choices.js";
import { type FieldOptions, FormField } from "./form-field.js";
import { valueText } from "../value-text.js";

/** Options of `field.choice`. */
export interface ChoiceOptions<C, Value> extends FieldOptions<Value> {
  readonly choices: C & ChoiceSource;
  /**
   * What the choice is called that stands for none; `false` for no such choice. Not offered where the field is required
   * and opens with a value.
   */
  readonly emptyLabel?: string | false;
  /** What nothing comes to. Default null. */
  readonly emptyValue?: unknown;
}

/** What fields with choices have in common. */
abstract class ListedField<Value> extends FormField<Value> {
  /** What can be chosen; may be changed. */
  choiceSource: ChoiceSource;
  readonly #emptyLabel: string | false | undefined;
  readonly #emptyValue: unknown;

  constructor(options: ChoiceOptions<ChoiceSource, never>) {
    super(options);
    this.choiceSource = options.choices;
    this.#emptyLabel = options.emptyLabel;
    this.#emptyValue = options.emptyValue ?? null;
  }

  protected override get emptyValue(): unknown {
    return this.#emptyValue;
  }

  protected async listed(): Promise<FormChoice[]> {
    const { choiceSource: source } = this;
    return listChoices(typeof source === "function" ? await source() : source);
  }

  protected override format(value: unknown): unknown {
    return valueText(value);
  }

  /** The choice that stands for none, where there is to be one. */
  protected async emptyChoice(choices: readonly FormChoice[]): Promise<readonly ShownChoice[]> {
    if (this.#emptyLabel === false || choices.some(({ value }) => valueText(value) === "")) return [];
    const initial = valueText(await this.loadInitial());
    // None of some buttons is on where nothing is chosen, so no button need stand for nothing.
    if (this.required && (initial !== "" || this.control.isGroup)) return [];
    return [{ value: "", label: this.#emptyLabel ?? (this.required ? "Choose…" : "(none)") }];
  }

  protected override async shownChoices(): Promise<readonly ShownChoice[]> {
    const choices = await this.listed();
    const shown = choices.map(({ value, label, group }) => ({ value: valueText(value), label, group }));
    return [...(await this.emptyChoice(choices)), ...shown];
  }
}

/** One of some values. Where nothing is chosen, null; an empty text where that is what stands for nothing. */
export class ChoiceField<Value = string> extends ListedField<Value> {
  protected defaultWidget(): Widget {
    return new Select();
  }

  protected parse(raw: unknown): unknown {
    return valueText(raw);
  }

  protected override async check(text: unknown): Promise<unknown> {
    const choice = (await this.listed()).find(({ value }) => valueText(value) === text);
    return choice === undefined ? this.refuse("invalid_choice", { value: text }) : choice.value;
  }
}

/** Options of `field.typedChoice`. */
export interface TypedChoiceOptions<Value> extends Omit<ChoiceOptions<ChoiceSource, Value>, "initial"> {
  readonly initial?: unknown;
  /** Makes the value that counts of the choice. What it throws means that the choice is not valid. */
  readonly coerce: (choice: string) => Value;
}

/** One of some choices, made into something else. Where nothing is chosen, null. */
export class TypedChoiceField<Value = unknown> extends ChoiceField<Value> {
  readonly #coerce: (choice: string) => unknown;

  constructor(options: TypedChoiceOptions<never>) {
    super(options as ChoiceOptions<ChoiceSource, never>);
    this.#coerce = options.coerce;
  }

  protected override async check(text: unknown): Promise<unknown> {
    const chosen = valueText(await super.check(text));
    try {
      return this.#coerce(chosen);
    } catch {
      return this.refuse("invalid_choice", { value: chosen });
    }
  }
}

/** Options of `field.multipleChoice`. */
export interface MultipleChoiceOptions<C, Member> extends FieldOptions<Member[], readonly Member[]> {
  readonly choices: C & ChoiceSource;
  /** How many may be chosen. */
  readonly maxChoices?: number;
}

/** Any number of some values. Where nothing is chosen, an empty list. */
export class MultipleChoiceField<Member = string> extends ListedField<Member[]> {
  readonly #maxChoices: number | undefined;

  constructor(options: MultipleChoiceOptions<ChoiceSource, never>) {
    super(options as never);
    this.#maxChoices = options.maxChoices;
  }

  protected defaultWidget(): Widget {
    return new SelectMultiple();
  }

  protected override hiddenWidget(): Widget {
    return new MultipleHidden();
  }

  protected override get emptyValue(): unknown {
    return [];
  }

  protected override async emptyChoice(): Promise<readonly ShownChoice[]> {
    return [];
  }

  protected override format(value: unknown): unknown {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? (value as readonly unknown[]).map(valueText) : [valueText(value)];
  }

  protected parse(raw: unknown): unknown {
    return [...new Set(this.format(raw) as readonly string[])].filter((text) => text !== "");
  }

  protected override differs(initial: unknown, sent: unknown): boolean {
    const key = (value: unknown): string => JSON.stringify([...(this.parse(value) as string[])].sort());
    return key(initial) !== key(sent);
  }

  protected override async check(texts: unknown): Promise<unknown> {
    const chosen = texts as readonly string[];
    const limit = this.#maxChoices;
    if (limit !== undefined && chosen.length > limit) this.refuse("max_choices", { limit });
    const known = new Map((await this.listed()).map(({ value }) => [valueText(value), value]));
    return chosen.map((text) => (known.has(text) ? known.get(text) : this.refuse("invalid_choice", { value: text })));
  }
}
