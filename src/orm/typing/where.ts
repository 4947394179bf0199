import type { ColumnKind, IsColumn } from "./column.js";
import type { Kinds } from "./kinds.js";
import type { Key, Lookup } from "./lookup-path.js";
import type { FieldName } from "./selection.js";
import type { IsQueryable, Target } from "./relation.js";

/**
 * The argument of `filter`: `K` is the union of its keys, and each value has the type that its key asks for.
 *
 * `NoInfer` keeps the compiler from inferring types through the values, which would cost it four times as much;
 * `Hint` is there only for what the editor offers.
 */
export type Where<T, X, K extends string> = { readonly [P in K]: NoInfer<Lookup<T, X, P>> } & Hint<T>;

/** The keys that the editor offers: own fields, each with its lookups, and the fields one relation away. */
export type Hint<T> = {
  readonly [P in Key<T> as IsQueryable<T[P]> extends true ? HintKey<T[P], P> : never]?: unknown;
};

type HintKey<V, P extends string> =
  | P
  | (IsColumn<V> extends true
      ? `${P}__${keyof Kinds[ColumnKind<V>]["lookups"] & string}`
      : `${P}__isnull` | `${P}__in` | `${P}__${FieldName<Target<V>>}`);
