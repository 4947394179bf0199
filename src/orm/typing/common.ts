import type { Expression } from "../expressions/expression.js";
import type { Key } from "./lookup-path.js";
import type { Target } from "./relation.js";

/** The relations of `T`, by name. */
export type RelationName<T> = { [P in Key<T>]: [Target<T[P]>] extends [never] ? never : P }[Key<T>];

/** The relations of `T` that lead to rows of `T` again. */
export type SelfRelation<T> = {
  [P in Key<T>]: [Target<T[P]>] extends [never] ? never : [T] extends [Target<T[P]>] ? P : never;
}[Key<T>];

/** The option `next` of `recursive`, how each annotation is computed for rows that follow: needed where there are any. */
export type NextOption<X> = [keyof X] extends [never]
  ? { readonly next?: {} }
  : { readonly next: { readonly [P in keyof X]: Expression } };

/** Columns of the rows `R`, each with what it is equal to: a path, or an expression. */
export type CommonColumns<R> = { readonly [P in keyof R]?: string | Expression };

/** The columns of the rows `R` that are beside a row which they are joined to. */
export type BesideColumns<R, On, Optional> = {
  readonly [P in Exclude<keyof R, keyof On>]: Optional extends true ? R[P] | null : R[P];
};
