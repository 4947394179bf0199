import type { FieldName } from "./typing/selection.js";

/** An index over columns of a table. Made by `index`. */
export interface IndexDefinition {
  readonly kind: "index";
  /** Field names; `-` before a name means descending. */
  readonly fields: readonly string[];
  /** The index's name in the database. Made from table and columns unless given. */
  readonly name: string | undefined;
  /** The same index under a name of your own. */
  readonly named: (name: string) => IndexDefinition;
}

/** A rule that no two rows have the same values in these fields. Made by `unique`. Rows with a NULL never collide. */
export interface UniqueDefinition {
  readonly kind: "unique";
  readonly fields: readonly string[];
  /** The constraint's name in the database. Made from table and columns unless given. */
  readonly name: string | undefined;
  /** The same rule under a name of your own. */
  readonly named: (name: string) => UniqueDefinition;
}

/** What a model says about itself as a whole. */
export interface MetaOptions {
  /** The order of rows where a query gives none: field names, `-` for descending, `__` to follow foreign keys. */
  readonly ordering?: readonly string[];
  readonly indexes?: readonly IndexDefinition[];
  readonly constraints?: readonly UniqueDefinition[];
  /** The table's name. Default: the app's name and the model's, in snake_case: `chat_room`. */
  readonly dbTable?: string;
  /** Whether this model only gives its fields to those that extend it, and has no table. Default false. */
  readonly abstract?: boolean;
  /** What people call one of these, for forms and the admin. Default: the class name in words. */
  readonly verboseName?: string;
  /** What people call several of these. Default: `verboseName` with an s. */
  readonly verboseNamePlural?: string;
}

/** The value of a model's `static meta`. */
export type Meta = MetaOptions;

/**
 * Says how a model is ordered, indexed and named:
 *
 * ```ts
 * class Message extends Model {
 *   room = f.foreignKey(() => Room, { onDelete: "cascade" });
 *   sentAt = f.dateTime({ autoNowAdd: true });
 *   static meta = meta({ ordering: ["-sentAt"], indexes: [index("room", "-sentAt")] });
 * }
 * ```
 *
 * The names are checked when the model is first used (`ModelInvalid`); with the model as type argument,
 * `meta<Message>({ … })`, the compiler checks `ordering` as well.
 */
export function meta<T = unknown>(
  options: Omit<MetaOptions, "ordering"> & { readonly ordering?: readonly OrderingKey<T>[] },
): Meta {
  return Object.freeze({ ...options });
}

/** The names that order a model: its own are checked, those of other models when it is first used. */
type OrderingKey<T> = unknown extends T ? string : Signed<FieldName<T> | "pk"> | Signed<`${string}__${string}`> | "?";
type Signed<Name extends string> = Name | `-${Name}`;

/** An index over the columns of `fields`, for `meta({ indexes })`. */
export function index(...fields: readonly [string, ...string[]]): IndexDefinition {
  return indexOver(fields, undefined);
}

function indexOver(fields: readonly string[], name: string | undefined): IndexDefinition {
  return Object.freeze({ kind: "index", fields, name, named: (given: string) => indexOver(fields, given) });
}

/** A rule that no two rows agree in all of `fields`, for `meta({ constraints })`. */
export function unique(...fields: readonly [string, ...string[]]): UniqueDefinition {
  return uniqueOver(fields, undefined);
}

function uniqueOver(fields: readonly string[], name: string | undefined): UniqueDefinition {
  return Object.freeze({ kind: "unique", fields, name, named: (given: string) => uniqueOver(fields, given) });
}
