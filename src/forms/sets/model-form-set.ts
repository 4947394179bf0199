import {
  atomic,
  keyText,
  type ModelBase,
  type ModelClass,
  type ModelField,
  modelOptions,
  prefetchRelatedObjects,
  type QuerySet,
  ValidationError,
} from "../../orm/index.js";
import { HiddenField } from "../fields/char-field.js";
import { type FormRequest, stateOfForm } from "../form.js";
import type { FormOptions } from "../form-state.js";
import { type ModelForm, type ModelFormOptions, type SaveFormOptions, specOfForm } from "../models/model-form.js";
import { linksAskedFor } from "../models/model-form-spec.js";
import { type FormSource, type PlainData, submittedData } from "../submitted-data.js";
import { uniqueGroupsOf } from "../models/unique-groups.js";
import { valueText } from "../value-text.js";
import { FormSet, type FormSetInput, type FormSetOptions } from "./form-set.js";
import { readCounts } from "./management.js";

/** What a class of sets of forms of a model is like. */
export interface ModelFormSetOptions extends FormSetOptions {
  /** Only changes rows that are there: no empty forms, and none is taken. Default false. */
  readonly editOnly?: boolean;
}

/** How such a set is made. Its rows come with `open` and `from`. */
export interface ModelFormSetInput<T extends object> extends Omit<FormSetInput, "initial"> {
  /** The rows that may be changed: a query, or the rows themselves. Default: all rows of the model. */
  readonly rows?: QuerySet<T> | readonly T[] | undefined;
  /** What the empty forms open with, one after the other. */
  readonly initial?: readonly PlainData[] | undefined;
  readonly using?: string | undefined;
}

/** The class of the forms of such a set. */
export type ModelFormOf<T extends object, F extends ModelForm<T>> = new (options?: ModelFormOptions<T>) => F;

/** The rows of a set, and those of its forms whose row is not there. */
export interface SetRows<T extends object> {
  /** For each of the first forms, its row; `undefined` where it is not among those that may be changed. */
  readonly rows: readonly (T | undefined)[];
}

/** Where `open` leaves the rows. */
export const openedRows: unique symbol = Symbol("rows of the set");

const unsafeMethods = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Forms that make, change and delete rows of one model. Made by `modelFormSet`, opened by `open` or `from`. */
export abstract class ModelFormSet<T extends object, F extends ModelForm<T> = ModelForm<T>> extends FormSet<F> {
  static readonly model: ModelClass | undefined = undefined;
  static override readonly options: ModelFormSetOptions = {};

  /** The rows that `save` made. */
  readonly newObjects: T[] = [];
  /** The rows that `save` changed, with the names of the fields that were. */
  readonly changedObjects: (readonly [row: T, fields: readonly string[]])[] = [];
  /** The rows that `save` deleted; with `commit: false` those that are still to be deleted. */
  readonly deletedObjects: T[] = [];
  readonly #rows: readonly (T | undefined)[];
  readonly #modelInput: ModelFormSetInput<T>;

  constructor(input: ModelFormSetInput<T> & { readonly [openedRows]?: SetRows<T> } = {}) {
    super(input);
    this.#modelInput = input;
    const opened = input[openedRows];
    if (opened === undefined && !Array.isArray(input.rows)) {
      throw new TypeError(`Rows are asked for: await ${new.target.name}.open(…), or give them as a list.`);
    }
    this.#rows = opened?.rows ?? (input.rows as readonly T[]);
  }

  /** The set with its rows from the database: those that `rows` gives, or of what was sent, those that were sent. */
  static async open<S extends ModelFormSet<never, never>, I extends ModelFormSetInput<never>>(
    this: (new (input: I) => S) & { rowsFor(input: I): Promise<SetRows<never>> },
    input: I,
  ): Promise<S> {
    return new this({ ...input, [openedRows]: await withLinks(this, await this.rowsFor(input)) });
  }

  /** As `open`, with what a request sends where its method is POST, PUT, PATCH or DELETE. */
  static override async from<S extends FormSet, I extends FormSetInput | undefined>(
    this: new (input: I) => S,
    request: FormRequest,
    input?: Omit<NonNullable<I>, "data">,
  ): Promise<S> {
    const data = unsafeMethods.has(request.method) ? await request.form() : undefined;
    const given = { ...input, data } as unknown as ModelFormSetInput<never>;
    const set = this as unknown as typeof ModelFormSet;
    return new this({ ...given, [openedRows]: await withLinks(set, await set.rowsFor(given)) } as unknown as I);
  }

  /** The rows for the first forms. For `open`. */
  static async rowsFor(input: ModelFormSetInput<never>): Promise<SetRows<never>> {
    const { rows, data } = input as unknown as ModelFormSetInput<ModelBase>;
    const model = this.model as ModelClass & { all(): QuerySet<ModelBase> };
    const set = rows ?? model.all();
    const most = this.options.absoluteMax ?? (this.options.max ?? 1000) + 1000;
    if (data === undefined) {
      const found = Array.isArray(set)
        ? (set as readonly ModelBase[])
        : await (set as QuerySet<ModelBase>).slice(0, most);
      return { rows: found } as SetRows<object> as SetRows<never>;
    }
    const keys = sentKeys(data, (input as FormSetInput).prefix ?? this.defaultPrefix, most);
    return { rows: await rowsByKeys(model, set, keys) } as SetRows<never>;
  }

  protected override get extra(): number {
    const { editOnly = false, extra = 3 } = this.options as ModelFormSetOptions;
    return editOnly ? 0 : extra;
  }

  protected override get knownCount(): number {
    return this.#rows.length;
  }

  get #model(): ModelClass {
    const { model } = this.constructor as typeof ModelFormSet;
    if (model === undefined) throw new TypeError("A model form set extends what modelFormSet() gives.");
    return model;
  }

  protected override initialOf(index: number): PlainData | undefined {
    return index < this.initialCount ? undefined : this.#modelInput.initial?.[index - this.initialCount];
  }

  protected override makeForm(index: number | undefined, options: FormOptions): F {
    const form = (this.constructor as typeof FormSet).form as unknown as ModelFormOf<T, F>;
    const instance = index === undefined || index >= this.initialCount ? this.newInstance() : this.#rows[index];
    const { using } = this.#modelInput;
    return new form({ ...options, instance: instance ?? this.newInstance(), using });
  }

  /** A row for an empty form. */
  protected newInstance(): T {
    return new (this.#model as unknown as new () => T)();
  }

  protected override addFields(form: F, index: number | undefined): void {
    super.addFields(form, index);
    if (index === undefined || index >= this.initialCount) return;
    const { pk } = form.instance as ModelBase;
    form.addField("KEY", new HiddenField({ required: false, initial: pk === undefined ? "" : keyText(pk) }));
  }

  protected override async afterForms(): Promise<void> {
    const lost = this.forms.slice(0, this.initialCount).filter((_form, index) => this.#rows[index] === undefined);
    if (lost.length > 0) {
      this.addError("What you changed is not there any more, or is not yours to change. Open the page again.", {
        code: "lost_rows",
      });
    }
    const { editOnly = false } = this.options as ModelFormSetOptions;
    if (editOnly && this.extraForms.some((form) => !form[stateOfForm].isLeftEmpty)) {
      this.addError("Nothing can be added here.", { code: "edit_only" });
    }
    for (const names of this.uniqueGroups()) this.#refuseSame(names);
  }

  /** The fields of the forms that no two rows may have the same values in. */
  protected uniqueGroups(): readonly (readonly string[])[] {
    const options = modelOptions(this.#model);
    const asked = new Set((this.forms[0] ?? this.emptyForm).fields.map(({ name }) => name));
    const given = this.givenFields();
    const groups = [
      ...options.fields.filter(({ unique }) => unique).map(({ name }) => [name]),
      ...uniqueGroupsOf(this.#model),
    ];
    return groups
      .filter((names) => names.every((name) => asked.has(name) || given.includes(name)))
      .map((names) => names.filter((name) => asked.has(name)))
      .filter((names) => names.length > 0);
  }

  /** The fields that have the same value in all rows of the set. */
  protected givenFields(): readonly string[] {
    return [];
  }

  #refuseSame(names: readonly string[]): void {
    const seen = new Set<string>();
    for (const form of this.filledForms) {
      const values = names.map((name) => form.field(name)?.cleaned);
      if (values.some((value) => value === undefined || value === null)) continue;
      const key = JSON.stringify(values.map(textOfValue));
      if (!seen.has(key)) {
        seen.add(key);
        continue;
      }
      const labels = names.map((name) => form.field(name)?.label.toLowerCase()).join(" and ");
      const message = `Another form above has the same ${labels}.`;
      const [only, another] = names;
      const field = another === undefined && only !== undefined ? form.field(only) : undefined;
      if (field === undefined) form.addError(message, { code: "unique" });
      else field.addError(message, { code: "unique" });
    }
  }

  /** Called with each row before it is written. */
  protected prepare(_row: T): void {}

  /**
   * Deletes, changes and makes rows, all or nothing, and gives those that were changed or made. With `commit: false`
   * nothing is written: save the rows that it gives, delete `deletedObjects`, then await `saveM2m()`.
   */
  async save({ commit = true }: SaveFormOptions = {}): Promise<T[]> {
    // Throws where the set is not valid.
    const forms = this.orderedForms;
    const { using } = this.#modelInput;
    this.newObjects.length = this.changedObjects.length = this.deletedObjects.length = 0;
    const saved: T[] = [];
    const write = async (): Promise<void> => {
      for (const form of this.deletedForms) {
        if (this.forms.indexOf(form) >= this.initialCount) continue;
        this.deletedObjects.push(form.instance);
        if (commit) await this.deleteRow(form.instance);
      }
      for (const form of forms) {
        const isNew = this.forms.indexOf(form) >= this.initialCount;
        const changed = isNew ? [] : (await form.changedFields()).filter((name) => name !== "ORDER" && name !== "KEY");
        if (!isNew && changed.length === 0) continue;
        this.prepare(form.instance);
        saved.push(await form.save({ commit }));
        if (isNew) this.newObjects.push(form.instance);
        else this.changedObjects.push([form.instance, changed]);
      }
    };
    if (commit) await atomic(write, using === undefined ? {} : { using });
    else await write();
    return saved;
  }

  protected async deleteRow(row: T): Promise<void> {
    await (row as ModelBase).delete();
  }

  /** Writes the links of many to many, after `save({ commit: false })` and `save` of the rows. */
  async saveM2m(): Promise<void> {
    const saved = new Set<T>([...this.newObjects, ...this.changedObjects.map(([row]) => row)]);
    for (const form of this.forms) if (saved.has(form.instance)) await form.saveM2m();
  }
}

/** The rows with what their fields of many to many hold, which every form would ask for by itself. */
async function withLinks(set: object, found: SetRows<never>): Promise<SetRows<never>> {
  const spec = (set as { readonly form?: Partial<typeof ModelForm> }).form?.[specOfForm];
  const rows = found.rows.filter((row): row is never => row !== undefined);
  const names = spec === undefined || rows.length === 0 ? [] : linksAskedFor(spec);
  if (names.length > 0) await prefetchRelatedObjects(rows, ...(names as never[]));
  return found;
}

function textOfValue(value: unknown): string {
  const { pk } = (typeof value === "object" && value !== null ? value : {}) as { readonly pk?: unknown };
  return pk === undefined ? valueText(value) : keyText(pk);
}

/** The keys that the first forms were sent with. */
function sentKeys(source: FormSource, prefix: string, most: number): readonly string[] {
  const data = submittedData(source);
  const { initial = 0 } = readCounts(data, prefix, most) ?? {};
  return Array.from({ length: initial }, (_one, index) => data.get(`${prefix}-${index}-KEY`) ?? "");
}

/** The rows with these keys, in their order, as far as they are among those that may be changed. */
async function rowsByKeys(
  model: ModelClass,
  set: QuerySet<ModelBase> | readonly ModelBase[],
  texts: readonly string[],
): Promise<readonly (ModelBase | undefined)[]> {
  const keyFields = modelOptions(model).keyFields;
  const keys = texts.map((text) => keyOf(keyFields, text));
  const known = keys.filter((key) => key !== undefined);
  const rows = Array.isArray(set)
    ? (set as readonly ModelBase[])
    : known.length === 0
      ? []
      : await (set as QuerySet<ModelBase>).filterBy({ pk__in: known });
  const byKey = new Map(rows.map((row) => [keyText(row.pk), row]));
  const taken = new Set<string>();
  return keys.map((key) => {
    const text = key === undefined ? "" : keyText(key);
    // One row in two forms would be written twice.
    if (taken.has(text)) return undefined;
    taken.add(text);
    return byKey.get(text);
  });
}

/** The key that `text` is, or `undefined` for what cannot be one. */
function keyOf(fields: readonly ModelField[], text: string): unknown {
  try {
    const [only, another] = fields;
    if (another === undefined) return only?.clean(text);
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts) || parts.length !== fields.length) return undefined;
    return fields.map((field, index) => field.clean(parts[index]));
  } catch (thrown) {
    if (thrown instanceof ValidationError || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
