import type { InstanceOf, ModelClass } from "../../orm/index.js";
import { FormInvalid } from "../errors.js";
import { ModelForm, type ModelFormOptions, specOfForm } from "./model-form.js";
import type { FormFieldName, ModelFormDetails, ModelFormFields, PossibleFormFields } from "./model-form-types.js";

/** A class of forms of the model `T` with these `Fields`, to be used as it is or to be extended. */
export type ModelFormClass<T extends object, Fields = unknown> = (new (
  options?: ModelFormOptions<T>,
) => ModelForm<T> & Fields) &
  Omit<typeof ModelForm, "prototype">;

/**
 * A form that asks for fields of a model:
 *
 * ```ts
 * class RoomForm extends modelForm(Room, { fields: ["title", "topic"] }) {
 *   agreed = field.boolean({ required: true });
 * }
 * const form = await RoomForm.from(this.request, { instance: room });
 * if (await form.saveIfValid()) return this.redirect(…);
 * ```
 *
 * Which fields must be said, so that a field that the model gets later is not in the hands of everybody at once:
 * `fields` with their names, `fields: "all"`, or `exclude`.
 */
export function modelForm<M extends ModelClass, const K extends FormFieldName<InstanceOf<M>>>(
  model: M,
  options: { readonly fields: readonly K[]; readonly exclude?: never } & ModelFormDetails<K>,
): ModelFormClass<InstanceOf<M>, ModelFormFields<InstanceOf<M>, K>>;
export function modelForm<M extends ModelClass>(
  model: M,
  options: (
    | { readonly fields: "all"; readonly exclude?: readonly FormFieldName<InstanceOf<M>>[] }
    | { readonly fields?: "all"; readonly exclude: readonly FormFieldName<InstanceOf<M>>[] }
  ) &
    ModelFormDetails<FormFieldName<InstanceOf<M>>>,
): ModelFormClass<InstanceOf<M>, PossibleFormFields<InstanceOf<M>>>;
export function modelForm(
  model: ModelClass,
  {
    fields,
    exclude,
    ...details
  }: { readonly fields?: readonly string[] | "all"; readonly exclude?: readonly string[] } & ModelFormDetails<string>,
): ModelFormClass<object> {
  if (fields === undefined && exclude === undefined) {
    throw new FormInvalid({
      form: `A form of ${model.name}`,
      problem: "must say which fields it has: fields or exclude",
    });
  }
  const made = class extends ModelForm {
    static override readonly [specOfForm] = {
      model,
      fields: fields ?? "all",
      exclude: exclude ?? [],
      details,
    } as const;
  };
  Object.defineProperty(made, "name", { value: `${model.name}Form` });
  return made;
}

/** As `modelForm`, for fields that are known at run time only. */
export function modelFormOf(
  model: ModelClass,
  options: {
    readonly fields: readonly string[] | "all";
    readonly exclude?: readonly string[];
  } & ModelFormDetails<string>,
): ModelFormClass<object> {
  return modelForm(model, options as never);
}
