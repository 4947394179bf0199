import type { Column } from "../../typing/column.js";
import type { KindName } from "../../typing/kinds.js";
import type { HeldBy, OptionalReference, Ref, RefBy } from "../../typing/relation.js";
import type { ChoiceOf } from "../choices.js";

/** Options that make a column's value come by itself, so that `create` may do without. */
type HasDefault =
  | { readonly default: unknown }
  | { readonly dbDefault: unknown }
  | { readonly auto: string }
  | { readonly autoNow: true }
  | { readonly autoNowAdd: true };

type Chosen<Value, Options> = Options extends { readonly choices: infer C } ? ChoiceOf<C> & Value : Value;
type InputOf<Input, Options> = Options extends { readonly choices: infer C } ? ChoiceOf<C> & Input : Input;
type IsKey<Options> = Options extends { readonly primaryKey: true } ? true : false;
type IsNullable<Options> = Options extends { readonly null: true } ? null : never;
type NeedOf<Options> = Options extends HasDefault | { readonly null: true } ? "optional" : "required";

/**
 * The type of the property that a field with these `Options` gives. `Input` is what may be given where a value is
 * written or compared with.
 */
export type ColumnFor<Value, Kind extends KindName, Options, Input = Value> =
  | Column<Chosen<Value, Options>, Kind, NeedOf<Options>, IsKey<Options>, InputOf<Input, Options>>
  | IsNullable<Options>;

/** The type of the property that a foreign key with these `Options` gives. */
export type ReferenceFor<T, Options> = Options extends { readonly fields: readonly (infer Name)[] }
  ? (Ref<T> & HeldBy<Name>) | IsNullable<Options>
  : Options extends { readonly toField: infer Name }
    ? ReferenceBy<T, Name, Options> | IsNullable<Options>
    : PlainReference<T, Options>;

type ReferenceBy<T, Name, Options> = Options extends { readonly default: unknown } | { readonly dbDefault: unknown }
  ? RefBy<T, Name> & OptionalReference
  : RefBy<T, Name>;

type PlainReference<T, Options> = Options extends { readonly null: true }
  ? Ref<T> | null
  : Options extends { readonly default: unknown } | { readonly dbDefault: unknown }
    ? Ref<T> & OptionalReference
    : Ref<T>;
