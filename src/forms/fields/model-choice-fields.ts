import { getLogger } from "../../core/index.js";
import { keyText, type ModelClass, ValidationError, modelOptions, type QuerySet } from "../../orm/index.js";
import { instanceLabel } from "../instance-label.js";
import { Select, SelectMultiple } from "../widgets/select.js";
import { MultipleHidden } from "../widgets/several.js";
import type { ShownChoice, Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";
import type { RowsField } from "./forms-together.js";
import { valueText } from "../value-text.js";

/** Which rows can be chosen: a query, a model for all its rows, or a function that gives either for each form. */
export type RowSource<T extends object> = QuerySet<T> | ModelClass<T> | (() => QuerySet<T>);

/** Options of `field.modelChoice` and `field.modelMultipleChoice`. */
export interface ModelChoiceOptions<T extends object, Value> extends FieldOptions<Value, unknown> {
  /** The unique field that rows are told by in the form. Default: the primary key. */
  readonly toField?: string;
  /** What people see of a row. Default: what `instanceLabel` gives. */
  readonly labelOf?: (row: T) => string;
  /** As in `field.choice`. */
  readonly emptyLabel?: string | false;
  /** How many rows a list shows; beyond that it says that there are more. Default 1,000. */
  readonly maxShown?: number;
}

const defaultMaxShown = 1000;

/** What fields whose choices are rows have in common. */
abstract class RowField<T extends object, Value> extends FormField<Value> implements RowsField {
  /** Which rows can be chosen; may be changed. */
  rows: RowSource<T>;
  readonly #options: ModelChoiceOptions<T, never>;

  constructor(rows: RowSource<T>, options: ModelChoiceOptions<T, never> = {}) {
    super({ errorMessages: {}, ...options });
    this.rows = rows;
    this.#options = options;
  }

  protected get keyName(): string {
    return this.#options.toField ?? "pk";
  }

  protected get emptyLabel(): string | false | undefined {
    return this.#options.emptyLabel;
  }

  /** The query of the rows that can be chosen. */
  querySet(): QuerySet<T> {
    const { rows } = this;
    if (typeof rows !== "function") return rows.all();
    return isModel(rows) ? (rows as unknown as { all(): QuerySet<T> }).all() : (rows as () => QuerySet<T>)().all();
  }

  /** A row, or its key, as it stands in the form. */
  protected keyOf(value: unknown): string {
    if (value === null || typeof value !== "object") return valueText(value);
    const held = value as Readonly<Record<string, unknown>>;
    // A reference has its key at hand as `id`; awaiting it would be a query.
    const key = "isLoaded" in held ? held["id"] : held[this.keyName];
    return key === undefined || key === null ? "" : keyText(key);
  }

  protected labelOf(row: T): string {
    return this.#options.labelOf?.(row) ?? instanceLabel(row);
  }

  /** The keys among `texts` that the key's field can have at all. */
  protected fitting(texts: readonly string[]): unknown[] {
    const field = modelOptions(this.querySet().model).field(this.keyName);
    return texts.flatMap((text) => {
      try {
        return [field.clean(text)];
      } catch (thrown) {
        if (thrown instanceof ValidationError) return [];
        throw thrown;
      }
    });
  }

  /** As the query says it, of all places where rows are kept. */
  get rowsKey(): string {
    return keyOfQuery(this.querySet(), this.keyName);
  }

  async chosenKeys(): Promise<readonly string[]> {
    const chosen = this.parse(await this.value());
    const texts = (Array.isArray(chosen) ? (chosen as readonly unknown[]) : [chosen]).map(valueText);
    return this.fitting(texts.filter((text) => text !== "")).map(keyText);
  }

  async loadChosen(keys: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const fitting = this.fitting(keys);
    const rows = fitting.length === 0 ? [] : await this.querySet().filterBy({ [`${this.keyName}__in`]: fitting });
    return new Map(rows.map((row) => [this.keyOf(row), row]));
  }

  /** The rows with these keys, which fit; with those of the other forms in one query. */
  protected async chosen(keys: readonly unknown[]): Promise<ReadonlyMap<string, T>> {
    const texts = keys.map(keyText);
    if (texts.length === 0) return new Map();
    const { together } = this;
    if (together === undefined) return this.loadChosen(texts);
    return (await together.chosen(this.name, this, texts)) as ReadonlyMap<string, T>;
  }

  protected async shownRows(selected: readonly string[]): Promise<readonly ShownChoice[]> {
    const { maxShown = defaultMaxShown } = this.#options;
    const set = this.querySet();
    const load = (): PromiseLike<T[]> => set.slice(0, maxShown + 1);
    const { together } = this;
    const key = `${maxShown} ${keyOfQuery(set, this.keyName)}`;
    const rows = together === undefined ? await load() : ((await together.list(key, load)) as readonly T[]);
    const shown = rows.slice(0, maxShown).map((row) => ({ value: this.keyOf(row), label: this.labelOf(row) }));
    if (rows.length <= maxShown) return shown;
    // Who asked for a short list knows that there is more.
    if (this.#options.maxShown === undefined) {
      getLogger().warn(
        { field: this.name, model: set.model.name, maxShown },
        "a list of a form has more rows than it shows: give the field another widget, or fewer rows",
      );
    }
    const known = new Set(shown.map(({ value }) => value));
    const missing = this.fitting(selected.filter((key) => key !== "" && !known.has(key)));
    const held = await this.chosen(missing);
    const chosen = missing.flatMap((one) => held.get(keyText(one)) ?? []);
    const rest = { value: "", label: `… only the first ${maxShown} are listed`, isDisabled: true };
    return [...chosen.map((row) => ({ value: this.keyOf(row), label: this.labelOf(row) })), ...shown, rest];
  }
}

/** Whether a function is a class of models rather than one that gives a query. */
function isModel(source: unknown): boolean {
  return typeof source === "function" && "DoesNotExist" in source;
}

/** One row of a model. Where nothing is chosen, null. */
export class ModelChoiceField<T extends object = object, Value = T> extends RowField<T, Value> {
  protected defaultWidget(): Widget {
    return new Select();
  }

  protected override format(value: unknown): unknown {
    return this.keyOf(value);
  }

  protected parse(raw: unknown): unknown {
    return this.keyOf(raw);
  }

  protected override async check(text: unknown): Promise<unknown> {
    const [key] = this.fitting([String(text)]);
    if (key === undefined) return this.refuse("invalid_choice", { value: text });
    const row = (await this.chosen([key])).get(keyText(key)) ?? (await this.#find(key));
    return row ?? this.refuse("invalid_choice", { value: text });
  }

  /** What the database takes for the same key need not be spelt the same. */
  async #find(key: unknown): Promise<T | undefined> {
    // A query that joins may have a row more than once.
    const row = await this.querySet()
      .filterBy({ [this.keyName]: key })
      .first();
    return row ?? undefined;
  }

  protected override async shownChoices(selected: unknown): Promise<readonly ShownChoice[]> {
    const rows = await this.shownRows([valueText(selected)]);
    const { emptyLabel } = this;
    const opensWithOne = this.control.isGroup || this.keyOf(await this.loadInitial()) !== "";
    if (emptyLabel === false || (this.required && opensWithOne)) return rows;
    return [{ value: "", label: emptyLabel ?? (this.required ? "Choose…" : "(none)") }, ...rows];
  }
}

/** Any number of rows of a model. Where nothing is chosen, an empty list. */
export class ModelMultipleChoiceField<T extends object = object> extends RowField<T, T[]> {
  protected defaultWidget(): Widget {
    return new SelectMultiple();
  }

  protected override hiddenWidget(): Widget {
    return new MultipleHidden();
  }

  protected override get emptyValue(): unknown {
    return [];
  }

  protected override format(value: unknown): unknown {
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((one) => this.keyOf(one));
  }

  protected parse(raw: unknown): unknown {
    return [...new Set(this.format(raw) as readonly string[])].filter((key) => key !== "");
  }

  protected override differs(initial: unknown, sent: unknown): boolean {
    const key = (value: unknown): string => JSON.stringify([...(this.parse(value) as string[])].sort());
    return key(initial) !== key(sent);
  }

  protected override async check(texts: unknown): Promise<unknown> {
    const wanted = texts as readonly string[];
    const keys = this.fitting(wanted);
    const byKey = await this.chosen(keys);
    const found = wanted.map((text) => byKey.get(text) ?? byKey.get(keyText(this.fitting([text])[0])));
    const missing = found.indexOf(undefined);
    return missing < 0 ? found : this.refuse("invalid_choice", { value: wanted[missing] });
  }

  protected override async shownChoices(selected: unknown): Promise<readonly ShownChoice[]> {
    return this.shownRows(this.parse(selected) as readonly string[]);
  }
}

type Told = Pick<QuerySet<object>, "usedAlias" | "toSql"> & { readonly model: { readonly name: string } };

/** Tells queries apart that give other rows. */
function keyOfQuery(set: Told, keyName: string): string {
  const { sql, parameters } = set.toSql();
  const text = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
  return JSON.stringify([set.usedAlias ?? null, set.model.name, keyName, sql, parameters], text);
}
