import type { UploadedFile } from "../../consumers/index.js";
import type {
  ColumnValue,
  IsColumn,
  IsComputedColumn,
  IsFileColumn,
  IsOptionalColumn,
  ModelField,
  NullOf,
  ReferenceTarget,
  SetTarget,
} from "../../orm/index.js";
import type { FormField } from "../fields/form-field.js";
import type { FormFieldOptions } from "./form-field-of.js";

/** What a form asks for the property type `V` of a model; `never` where that is no field. */
type AskedValue<V> =
  IsColumn<V> extends true
    ? IsComputedColumn<V> extends true
      ? never
      : IsFileColumn<V> extends true
        ? AskedFile<V>
        : ColumnValue<V> | NullOf<V>
    : [ReferenceTarget<V>] extends [never]
      ? [SetTarget<V>] extends [never]
        ? never
        : SetTarget<V>[]
      : ReferenceTarget<V> | NullOf<V>;

/** What was sent, or the name of the file that stays; null where there is none, or none any more. */
type AskedFile<V> = UploadedFile | string | (IsOptionalColumn<V> extends true ? null : never);

/** The names of the fields of the model `T` that a form may ask for. */
export type FormFieldName<T> = {
  [P in keyof T & string]: [AskedValue<T[P]>] extends [never] ? never : P;
}[keyof T & string];

/** The fields called `K` of a form of the model `T`. */
export type ModelFormFields<T, K extends string> = { readonly [P in K & keyof T]: FormField<AskedValue<T[P]>> };

/** The fields of a form that has all fields of the model `T` but some: which there are follows from the model's options. */
export type PossibleFormFields<T> = {
  readonly [P in FormFieldName<T> & keyof T]: FormField<AskedValue<T[P]>> | undefined;
};

/** What a form of a model says of its fields. */
export interface ModelFormDetails<K extends string> {
  /** What a form says of a field, by its name. */
  readonly options?: { readonly [P in K]?: FormFieldOptions };
  readonly labels?: { readonly [P in K]?: string };
  readonly help?: { readonly [P in K]?: string };
  readonly widgets?: { readonly [P in K]?: NonNullable<FormFieldOptions["widget"]> };
  /** Makes the field for one of the model by itself; `undefined` leaves that to Hotclub. */
  readonly formField?: (field: ModelField, options: FormFieldOptions) => FormField | undefined;
}
