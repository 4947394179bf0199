import { type InstanceOf, type ModelClass, modelOptions } from "../../orm/index.js";
import { FormInvalid } from "../errors.js";
import type { FormRequest } from "../form.js";
import { type ModelForm, modelOfForm } from "../models/model-form.js";
import { foreignKeyTo, InlineFormSet, type InlineFormSetInput, type InlineFormSetOptions } from "./inline-form-set.js";
import { type ModelFormOf, ModelFormSet, type ModelFormSetInput, type ModelFormSetOptions } from "./model-form-set.js";

/** What the class of a set has besides its constructor. */
interface Opening<Set, Input> {
  /** The set with its rows from the database. */
  open(input: Input): Promise<Set>;
  /** The same, with what a request sends. */
  from(request: FormRequest, input: Omit<Input, "data">): Promise<Set>;
}

/** A class of sets of forms of the model `T`. */
export type ModelFormSetClass<T extends object, F extends ModelForm<T>> = (new (
  input?: ModelFormSetInput<T>,
) => ModelFormSet<T, F>) &
  Opening<ModelFormSet<T, F>, ModelFormSetInput<T>>;

/** A class of sets of forms of the model `T`, whose rows belong to a `P`. */
export type InlineFormSetClass<P extends object, T extends object, F extends ModelForm<T>> = (new (
  input: InlineFormSetInput<P, T>,
) => InlineFormSet<P, T, F>) &
  Opening<InlineFormSet<P, T, F>, InlineFormSetInput<P, T>>;

/**
 * Forms that make, change and delete rows of one model:
 *
 * ```ts
 * const RoomSet = modelFormSet(modelForm(Room, { fields: ["title"] }), { extra: 1, canDelete: true });
 * const rooms = await RoomSet.from(this.request, { rows: Room.filter({ owner }) });
 * if (await rooms.isValid()) await rooms.save();
 * ```
 */
export function modelFormSet<T extends object, F extends ModelForm<T>>(
  form: ModelFormOf<T, F> & (new (options?: never) => ModelForm<T>),
  options: ModelFormSetOptions = {},
): ModelFormSetClass<T, F> {
  const model = modelOf(form);
  const made = class extends ModelFormSet<T, F> {
    static override readonly form = form as never;
    static override readonly options = options;
    static override readonly model = model;
  };
  Object.defineProperty(made, "name", { value: `${form.name}Set` });
  return made as unknown as ModelFormSetClass<T, F>;
}

/**
 * Forms of the rows that belong to another row:
 *
 * ```ts
 * const BookSet = inlineFormSet(Author, modelForm(Book, { fields: ["title"] }), { extra: 2 });
 * const books = await BookSet.from(this.request, { parent: author });
 * ```
 *
 * The parent may be new: save it before the set. Rows have a box to be deleted, unless `canDelete: false`.
 */
export function inlineFormSet<P extends ModelClass, T extends object, F extends ModelForm<T>>(
  parent: P,
  form: ModelFormOf<T, F> & (new (options?: never) => ModelForm<T>),
  { foreignKey: wanted, ...given }: InlineFormSetOptions = {},
): InlineFormSetClass<InstanceOf<P>, T, F> {
  const model = modelOf(form);
  const foreignKey = foreignKeyTo(parent, model, wanted);
  // One row at most belongs to the parent over a one to one.
  const options = modelOptions(model).field(foreignKey).unique ? { ...given, max: 1 } : given;
  const made = class extends InlineFormSet<InstanceOf<P>, T, F> {
    static override readonly form = form as never;
    static override readonly options = options;
    static override readonly model = model;
    static override readonly foreignKey = foreignKey;
    static override readonly defaultPrefix = prefixOf(model);
  };
  Object.defineProperty(made, "name", { value: `${form.name}Set` });
  return made as unknown as InlineFormSetClass<InstanceOf<P>, T, F>;
}

function prefixOf({ name }: ModelClass): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}s`;
}

function modelOf(form: object): ModelClass {
  const model = modelOfForm(form as typeof ModelForm);
  if (model === undefined) {
    throw new FormInvalid({
      form: (form as { name: string }).name,
      problem: "is no form of a model: extend what modelForm() gives",
    });
  }
  return model;
}
