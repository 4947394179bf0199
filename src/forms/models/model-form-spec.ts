import { type ModelClass, type ModelField, modelOptions } from "../../orm/index.js";
import { FormInvalid } from "../errors.js";
import type { FormField } from "../fields/form-field.js";
import { formFieldOf, type FormFieldOptions } from "./form-field-of.js";
import type { ModelFormDetails } from "./model-form-types.js";

/** What a form of a model is made of. */
export interface ModelFormSpec {
  readonly model: ModelClass;
  readonly fields: readonly string[] | "all";
  readonly exclude: readonly string[];
  readonly details: ModelFormDetails<string>;
}

/** What every form has, and no field can be called. */
const methods = new Set(["clean", "isValid", "render", "addError", "save", "saveM2m", "saveIfValid", "field"]);

/**
 * Makes the fields of a form as properties of `form`, and gives the fields of the model that they are for. Throws
 * `FormInvalid` for a field that a form cannot ask for, `UnknownField` for one that the model has not.
 */
export function makeFields(spec: ModelFormSpec, form: object): readonly ModelField[] {
  const { formField } = spec.details;
  return chosenFields(spec).flatMap((field) => {
    const options = optionsOf(spec, field.name);
    const made = formField?.(field, options) ?? formFieldOf(field, options);
    if (made === undefined) {
      if (spec.fields === "all") return [];
      throw refusal(spec, `cannot ask for ${field.name}, which people do not give`);
    }
    define(form, field.name, made);
    return field;
  });
}

/** The fields of a form that hold links to many rows. */
export function linksAskedFor(spec: ModelFormSpec): readonly string[] {
  return chosenFields(spec).flatMap(({ name, type }) => (type === "manyToMany" ? name : []));
}

function define(form: object, name: string, field: FormField): void {
  Object.defineProperty(form, name, { value: field, enumerable: true, configurable: true, writable: true });
}

function refusal({ model }: ModelFormSpec, problem: string): FormInvalid {
  return new FormInvalid({ form: `A form of ${model.name}`, problem });
}

function chosenFields(spec: ModelFormSpec): readonly ModelField[] {
  const { model, fields, exclude } = spec;
  const options = modelOptions(model);
  for (const name of exclude) options.field(name);
  const chosen =
    fields === "all"
      ? options.fields.filter(
          ({ name, editable, primaryKey, hasDefault }) =>
            editable && !exclude.includes(name) && !(primaryKey && hasDefault),
        )
      : fields.filter((name) => !exclude.includes(name)).map((name) => options.field(name));
  for (const { name, editable } of chosen) {
    if (methods.has(name)) throw refusal(spec, `cannot ask for ${name}: a method of the form has this name`);
    if (!editable) throw refusal(spec, `cannot ask for ${name}, which is not editable`);
  }
  return chosen;
}

function optionsOf({ details }: ModelFormSpec, name: string): FormFieldOptions {
  const { options, labels, help, widgets } = details;
  return {
    ...options?.[name],
    ...(labels?.[name] !== undefined && { label: labels[name] }),
    ...(help?.[name] !== undefined && { help: help[name] }),
    ...(widgets?.[name] !== undefined && { widget: widgets[name] }),
  };
}
