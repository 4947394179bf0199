import { UploadedFile } from "../../consumers/index.js";
import {
  atomic,
  CheckViolation,
  DatabaseError,
  type ModelBase,
  type ModelClass,
  type ModelField,
  modelOptions,
  UniqueViolation,
} from "../../orm/index.js";
import { LinksNotReady } from "../errors.js";
import { Form, stateOfForm } from "../form.js";
import type { FormOptions } from "../form-state.js";
import { capitalized } from "../words.js";
import { errorOf } from "../messages.js";
import { forgetFiles, storeFile } from "./store-file.js";
import { InstanceValues } from "./instance-values.js";
import { makeFields, type ModelFormSpec } from "./model-form-spec.js";

/** How a form of a model is made. */
export interface ModelFormOptions<T extends object> extends FormOptions {
  /** The row that is to be changed. Default: a new one, which may have values that the form does not ask for. */
  readonly instance?: T | undefined;
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string | undefined;
}

/** Options of `save` of forms. */
export interface SaveFormOptions {
  /** With `false` nothing is written: save the instance yourself, then await `saveM2m()`. Default true. */
  readonly commit?: boolean;
}

/** Where `modelForm` leaves what a form is made of. */
export const specOfForm: unique symbol = Symbol("spec of the form");

/** A form that makes or changes a row. Made by `modelForm`. */
export abstract class ModelForm<T extends object = object> extends Form {
  static readonly [specOfForm]: ModelFormSpec | undefined = undefined;

  /** The row: as it was until the form was found to be valid, then with the values of the form. */
  readonly instance: T;
  readonly #instance: ModelBase;
  readonly #fields: readonly ModelField[];
  readonly #values: InstanceValues;
  readonly #using: { readonly using?: string };
  #links: "none" | "waiting" | "saved" = "none";

  constructor(options: ModelFormOptions<T> = {}) {
    super(options);
    const spec = new.target[specOfForm];
    if (spec === undefined) throw new TypeError("A form of a model extends what modelForm() gives.");
    const instance = options.instance ?? new (spec.model as unknown as new () => T)();
    this.instance = instance;
    this.#instance = instance as object as ModelBase;
    this.#using = options.using === undefined ? {} : { using: options.using };
    this.#values = new InstanceValues(spec.model, instance);
    this.#fields = makeFields(spec, this);
    const state = this[stateOfForm];
    state.initial = { ...this.#initial(), ...options.initial };
    state.wholeLabel = capitalized(modelOptions(spec.model).verboseName);
    state.afterClean = () => this.#checkInstance();
  }

  #initial(): Record<string, unknown> {
    const instance = this.#instance;
    return Object.fromEntries(
      this.#fields.map((field) => {
        if (field.type !== "manyToMany") return [field.name, field.valueIn(instance)] as const;
        const linked = (): unknown => (instance.isSaved ? field.valueIn(instance) : []);
        return [field.name, linked] as const;
      }),
    );
  }

  /** The values of the form that are columns, as the instance is to hold them. */
  #assigned(): Record<string, unknown> {
    const state = this[stateOfForm];
    const { data } = state;
    const values: Record<string, unknown> = {};
    for (const { name, type, hasDefault, null: isNullable } of this.#fields) {
      const field = state.fields.get(name);
      const value = state.cleanedOf(name);
      if (field === undefined || type === "manyToMany" || value === undefined || field.isLocked) continue;
      if (value instanceof UploadedFile) continue;
      const isNothing = value === null || value === "";
      // What the form did not show at all keeps its default.
      if (isNothing && hasDefault && !this.#instance.isSaved && data !== undefined && field.isOmitted(data)) continue;
      if (value !== null || isNullable) values[name] = value;
      else if (isFile(type)) values[name] = "";
      else if (!hasDefault) field.addError(errorOf("required", undefined, undefined).message, { code: "required" });
    }
    return values;
  }

  async #checkInstance(): Promise<void> {
    const state = this[stateOfForm];
    const values = this.#assigned();
    this.#instance.assign(values);
    try {
      await this.#instance.fullClean({ exclude: this.#notChecked(values) as never, ...this.#using });
    } catch (thrown) {
      this.#values.restore();
      throw thrown;
    }
    if (state.errors.size > 0) this.#values.restore();
  }

  /** The fields that the model's own check leaves out. */
  #notChecked(values: Readonly<Record<string, unknown>>): string[] {
    const { fields } = this[stateOfForm];
    return this.#values.uncheckable((field) => {
      if (!Object.hasOwn(values, field.name)) return false;
      const asked = fields.get(field.name);
      const value = values[field.name];
      const isNothing = value === null || value === "";
      return !(isNothing && asked?.required === false && !field.blank);
    });
  }

  /**
   * Writes the row, and its links of many to many; of a row that was there only what was asked for or changed meanwhile.
   * Throws `FormNotValid` and `FormNotChecked`; rejects with what `save` of the instance rejects with.
   */
  async save({ commit = true }: SaveFormOptions = {}): Promise<T> {
    this[stateOfForm].requireValid("save");
    const stored: string[] = [];
    try {
      await this.#storeFiles(stored);
      if (commit) await this.#write();
    } catch (thrown) {
      await forgetFiles(stored);
      throw thrown;
    }
    this.#links = commit ? "saved" : "waiting";
    return this.instance;
  }

  #write(): Promise<void> {
    return atomic(async () => {
      const updateFields = this.#instance.isSaved ? this.#values.toWrite(this.#names()) : undefined;
      await this.#instance.save({
        ...this.#using,
        ...(updateFields !== undefined && { updateFields: updateFields as never }),
      });
      await this.#saveLinks();
    }, this.#using);
  }

  /**
   * Checks the form and writes the row; `undefined` where the form is not valid. What only the database finds out, such
   * as that another request was faster to take a name, is an error of the form, too.
   */
  async saveIfValid(options?: SaveFormOptions): Promise<T | undefined> {
    if (!(await this.isValid())) return undefined;
    try {
      return await this.save(options);
    } catch (thrown) {
      if (!(thrown instanceof DatabaseError) || !this.addDatabaseError(thrown)) throw thrown;
      return undefined;
    }
  }

  /** Says at its field, or of the whole, what the database found wrong; false for what people cannot put right. */
  addDatabaseError(error: DatabaseError): boolean {
    if (!(error instanceof UniqueViolation) && !(error instanceof CheckViolation)) return false;
    const [only, another] = error.fields;
    const field = another === undefined && only !== undefined ? this.field(only) : undefined;
    if (error instanceof UniqueViolation) {
      const message = `This ${(field?.label ?? "combination of values").toLowerCase()} is taken already.`;
      if (field === undefined) this.addError(message, { code: "unique" });
      else field.addError(message, { code: "unique" });
    } else this.addError("These values break a rule of the database.", { code: "constraint" });
    return true;
  }

  /** Writes the links of many to many, after `save({ commit: false })` and `save` of the instance. */
  async saveM2m(): Promise<void> {
    const form = this.constructor.name;
    if (this.#links !== "waiting")
      throw new LinksNotReady({ form, problem: "is for after save({ commit: false }), once" });
    if (!this.#instance.isSaved) throw new LinksNotReady({ form, problem: "came before the instance was saved" });
    this.#links = "saved";
    await atomic(() => this.#saveLinks(), this.#using);
  }

  async #saveLinks(): Promise<void> {
    const { fields } = this[stateOfForm];
    for (const field of this.#fields) {
      const asked = fields.get(field.name);
      if (field.type !== "manyToMany" || asked === undefined || asked.isLocked) continue;
      const set = field.valueIn(this.#instance) as { set(rows: readonly unknown[]): Promise<void> };
      await set.set(this[stateOfForm].cleanedOf(field.name) as readonly unknown[]);
    }
  }

  /** Keeps the files that were sent; their names are added to `stored`. */
  async #storeFiles(stored: string[]): Promise<void> {
    const state = this[stateOfForm];
    for (const field of this.#fields) {
      const value = state.cleanedOf(field.name);
      if (!(value instanceof UploadedFile)) continue;
      const { name, values } = await storeFile(value, field, this.#instance);
      stored.push(name);
      this.#instance.assign(values);
      state.setCleaned(field.name, name);
    }
  }

  /** The columns that the form asks for. */
  #names(): string[] {
    const { fields } = this[stateOfForm];
    return this.#fields
      .filter(({ name, type }) => type !== "manyToMany" && fields.get(name)?.isLocked === false)
      .map(({ name }) => name);
  }
}

function isFile(type: string): boolean {
  return type === "file" || type === "image";
}

/** The model that a form is of. */
export function modelOfForm(form: typeof ModelForm): ModelClass | undefined {
  return form[specOfForm]?.model;
}
