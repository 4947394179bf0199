import {
  type FormField,
  formFieldOf,
  type FormFieldOptions,
  type FormsTogether,
  ModelForm,
  modelFormOf,
  RadioSelect,
  type SubmittedData,
} from "../../forms/index.js";
import type { ModelField } from "../../orm/index.js";
import { type Rows, rowsOf, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { capitalized } from "../model/words.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import type { RelationLinks } from "./relation-links.js";
import { rowsToChoose } from "./rows-to-choose.js";
import { KeyInput, SearchSelect, SearchSelectMultiple } from "./relation-widgets.js";

/** How many rows a list offers before anybody types. */
const maxOffered = 25;
const template = "admin/_field.liquid";

/** What the fields of a form in the admin depend on. */
export interface FieldPlace {
  readonly admin: ModelAdmin;
  readonly site: AdminRegistry;
  readonly urls: AdminUrls;
  readonly request: AdminRequest;
  /** The rows that are edited: what they lead to stays among what can be chosen. */
  readonly held?: Rows;
  /** The windows that its relations open, by field. */
  readonly links?: ReadonlyMap<string, RelationLinks>;
}

/** A form for `names` of the fields of `row`, or of a new one. */
export function objectForm(
  place: FieldPlace,
  names: readonly string[],
  row: object | undefined,
  options: {
    readonly data?: SubmittedData | undefined;
    readonly initial?: Readonly<Record<string, unknown>> | undefined;
    readonly prefix?: string;
    /** What rows of fields without labels are about: each field says its own with it. */
    readonly about?: string;
    readonly together?: FormsTogether;
  } = {},
): ModelForm {
  const { admin } = place;
  const { about, ...rest } = options;
  const key = row === undefined ? undefined : valueOf(row, "pk");
  const at = key === undefined ? place : { ...place, held: rowsOf(admin.model).filterBy({ pk: key }) };
  const Form = modelFormOf(admin.model, {
    fields: names,
    formField: (field, given) => adminField(at, field, given, about),
  });
  return new Form({ ...rest, instance: row, usesRequired: false });
}

/** The field of a form for a field of a model, as the options of the admin say. */
export function adminField(
  place: FieldPlace,
  field: ModelField,
  given: FormFieldOptions,
  about?: string,
): FormField | undefined {
  const attributes = {
    ...given.attributes,
    ...prepopulated(place, field),
    ...(about !== undefined && { "aria-label": `${capitalized(field.verboseName)}, ${about}` }),
  };
  const made = formFieldOf(field, { ...given, attributes, ...relationOptions(place, field) });
  if (made === undefined) return undefined;
  made.template = template;
  const { radioFields = [] } = place.admin.options;
  if ((radioFields as readonly string[]).includes(field.name)) made.control = new RadioSelect();
  return made;
}

function relationOptions(place: FieldPlace, field: ModelField): FormFieldOptions {
  const { admin, site, urls, links } = place;
  const { name, relation, type } = field;
  if (relation === undefined) return {};
  const rows = rowsToChoose(place, field);
  const given = { labelOf: textOf, ...(rows !== undefined && { rows }) };
  const { rawIdFields = [], autocompleteFields, radioFields = [] } = admin.options;
  const isIn = (names: readonly string[]): boolean => names.includes(name);
  if (isIn(rawIdFields) && type !== "manyToMany") return { ...given, widget: new KeyInput() };
  if (isIn(radioFields) || !site.isRegistered(relation.model)) return given;
  if (autocompleteFields !== undefined && !isIn(autocompleteFields)) return given;
  const url = `${urls.options(admin)}?field=${encodeURIComponent(name)}`;
  const offer = { url, links: links?.get(name) };
  const widget = type === "manyToMany" ? new SearchSelectMultiple(offer) : new SearchSelect(offer);
  return { ...given, widget, maxShown: maxOffered };
}

/** A field that is filled while others are typed says which. */
function prepopulated({ admin }: FieldPlace, { name }: ModelField): Readonly<Record<string, string>> {
  const sources = admin.options.prepopulatedFields?.[name];
  if (sources === undefined) return {};
  return { "data-prepopulate": sources.map((source) => `id_${source}`).join(" ") };
}
