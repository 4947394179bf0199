import type { ConstraintDefinition, IndexDefinition } from "./definitions.js";
import type { FieldName } from "./typing/selection.js";

/** What a model says about itself as a whole. */
export interface MetaOptions {
  /** The order of rows where a query gives none: field names, `-` for descending, `__` to follow foreign keys. */
  readonly ordering?: readonly string[];
  /**
   * The foreign key within whose rows each row has a place: `orderWithRespectTo: "room"`. New rows come last, and rows
   * are ordered by their places; `room.tasks.setOrder(…)` changes them. Not with `ordering`.
   */
  readonly orderWithRespectTo?: string;
  /**
   * What the rows are called in lookups on the models that this one refers to, where those declare no other side:
   * `Room.filterBy({ tasks__isDone: false })`.
   */
  readonly defaultRelatedName?: string;
  /** The fields by which people know a row, as fixtures name it: see `naturalKey`. They must be unique together. */
  readonly naturalKey?: readonly string[];
  readonly indexes?: readonly IndexDefinition[];
  readonly constraints?: readonly ConstraintDefinition[];
  /** The table's name. Default: the app's name and the model's, in snake_case: `chat_room`. */
  readonly dbTable?: string;
  /** What the database says of the table to those who look at it there (PostgreSQL). */
  readonly dbTableComment?: string;
  /** Whether this model only gives its fields to those that extend it, and has no table. Default false. */
  readonly abstract?: boolean;
  /**
   * Whether this model is another way to see the table of the model that it extends, with methods or an order of its
   * own. It has no fields of its own. Default false.
   */
  readonly proxy?: boolean;
  /** Whether `createTables` and migrations make and change the table. Default true. */
  readonly managed?: boolean;
  /**
   * The name of the static property whose manager gives the rows that queries of the model begin with: its own static
   * methods, related sets and what is prefetched. Default: all rows.
   */
  readonly defaultManager?: string;
  /** The same for what references to the model are loaded from, and `refreshFromDb`. Default: all rows. */
  readonly baseManager?: string;
  /**
   * Whether what is saved and deleted is told to the groups of `changesOf`, which consumers can join: that of the model
   * and that of each row, or with `"model"` the former alone. Default false.
   */
  readonly announce?: boolean | "model";
  /**
   * Whether a project may have a model of its own stand for this one (`swaps` of its app), which then has no table.
   * Relations to it lead to `swappableModel(label)`. Default false.
   */
  readonly swappable?: boolean;
  /** The fields that `latest` and `earliest` go by where they are given none; `-` for descending. */
  readonly getLatestBy?: string | readonly string[];
  /** What people may be allowed to do with rows, beside `defaultPermissions`: names with what people call them. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** The permissions that every model has. Default `add`, `change`, `delete` and `view`. */
  readonly defaultPermissions?: readonly string[];
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
