import type { Rows } from "../model/rows.js";
import type { AdminAction } from "./action.js";
import type { AdminRequest } from "./admin-request.js";
import type { Column } from "./column.js";
import type { Fieldset } from "./fieldset.js";
import type { Inline } from "./inline.js";
import type { ListFilter } from "./list-filter.js";

/** A property of a model, or a path along its relations. */
export type FieldPath<T> = (keyof T & string) | `${string}__${string}`;
/** A field of a model itself. */
export type OwnField<T> = keyof T & string;
type Ordered<Name extends string> = Name | `-${Name}`;

/** How a list looks. */
export interface ListOptions<T extends object> {
  /**
   * The columns: fields, paths along foreign keys (`room__title`), getters and methods without arguments of the model,
   * what `column` makes, and `+text`, what people call the row. Default: `+text` and a few telling fields.
   */
  readonly listDisplay?: readonly (FieldPath<T> | "+text" | Column<T>)[];
  /** The columns that lead to the object's page. Default: the first. */
  readonly listDisplayLinks?: readonly string[] | null;
  /** The fields that are edited in the list itself. */
  readonly listEditable?: readonly OwnField<T>[];
  /** What the list can be narrowed by: fields, paths, or what `listFilter` makes. Default: choices and yes or no. */
  readonly listFilter?: readonly (FieldPath<T> | ListFilter<T>)[];
  /** Rows on a page. Default 100. */
  readonly listPerPage?: number;
  /** The longest list that is shown whole at the reader's wish. Default 200. */
  readonly listMaxShowAll?: number;
  /** The foreign keys that are loaded with the rows, besides those that columns need. */
  readonly listSelectRelated?: readonly string[];
  /** Whether the rows are counted to the last one, also where they are very many. Default false: up to 10,000. */
  readonly showFullResultCount?: boolean;
  /** Whether filters say how many rows each choice leaves: `allow` lets the reader ask for it. Default `allow`. */
  readonly showFacets?: "always" | "allow" | "never";
  /**
   * The text that is searched: fields and paths, each with a lookup after `__` if it is not to be `icontains`; `^` at the
   * beginning stands for `istartswith`, `=` for `iexact`. Default: up to three short texts.
   */
  readonly searchFields?: readonly string[];
  readonly searchHelpText?: string;
  /** The order at first. Default: the model's, otherwise the newest first. */
  readonly ordering?: readonly (Ordered<FieldPath<T>> | "?")[];
  /** The columns that the reader can order by. Default: all that can be. */
  readonly sortableBy?: readonly string[];
  /** A date to walk down by year, month and day. */
  readonly dateHierarchy?: OwnField<T>;
  /** Shown for nothing. Default `–`. */
  readonly emptyValue?: string;
  /** What can be done with the chosen rows, besides deleting them. */
  readonly actions?: readonly AdminAction<T>[];
  /** Whether the chosen rows can be deleted in the list. Default true. */
  readonly deleteSelected?: boolean;
}

/** How the page of an object looks. */
export interface FormOptions<T extends object> {
  /** The fields, in order. Default: all that can be edited. */
  readonly fields?: readonly (OwnField<T> | readonly OwnField<T>[])[];
  readonly fieldsets?: readonly Fieldset[];
  readonly exclude?: readonly OwnField<T>[];
  /** What is shown and not edited: fields, getters, methods, or what `column` makes. */
  readonly readonlyFields?: readonly (OwnField<T> | Column<T>)[];
  /** Fields that are filled while others are typed: `{ slug: ["title"] }`. */
  readonly prepopulatedFields?: Readonly<Record<string, readonly string[]>>;
  /** Choices and foreign keys that are shown as buttons to press instead of a list to open. */
  readonly radioFields?: readonly OwnField<T>[];
  /** Relations whose rows are searched by typing. Default: those to models whose admin can search. */
  readonly autocompleteFields?: readonly OwnField<T>[];
  /** Relations whose keys are typed. */
  readonly rawIdFields?: readonly OwnField<T>[];
  /** The rows of other models that refer to the object, on its page. */
  readonly inlines?: readonly Inline[];
  /** Whether an object can be saved as a new one. Default false. */
  readonly saveAs?: boolean;
  /** Whether the buttons stand at the top, too. Default false. */
  readonly saveOnTop?: boolean;
  /** The object's page on the site, for a link. Default: what its method `getAbsoluteUrl` gives, where it has one. */
  readonly viewOnSite?: ((row: T) => string | undefined) | false;
}

/** What the admin does with a model, where it is not what it does by itself. */
export interface AdminHooks<T extends object> {
  /** The rows that there are for this user. Default: all. Every page and every message of the admin goes by it. */
  readonly rows?: (rows: Rows<T>, request: AdminRequest) => Rows<T>;
  /** Whether the user may see rows, or this row. Default: the permission `view`, or `change`. */
  readonly hasViewPermission?: (request: AdminRequest, row?: T) => Promise<boolean> | boolean;
  readonly hasAddPermission?: (request: AdminRequest) => Promise<boolean> | boolean;
  readonly hasChangePermission?: (request: AdminRequest, row?: T) => Promise<boolean> | boolean;
  readonly hasDeletePermission?: (request: AdminRequest, row?: T) => Promise<boolean> | boolean;
  /** Whether a search finds `row`s by more than `searchFields`; gets the rows that there are and what was typed. */
  readonly search?: (rows: Rows<T>, text: string, request: AdminRequest) => Rows<T>;
  /** The first values of a new object. */
  readonly initial?: (request: AdminRequest) => Readonly<Record<string, unknown>>;
  /** Which fields are only shown, by object and user, besides `readonlyFields`. */
  readonly readonlyFor?: (request: AdminRequest, row?: T) => readonly string[];
  /** Saves an object; within a transaction. Default: `row.save()`. */
  readonly saveRow?: (row: T, change: { readonly isNew: boolean; readonly request: AdminRequest }) => Promise<void>;
  /** Deletes an object; within a transaction. Default: `row.delete()`. */
  readonly deleteRow?: (row: T, request: AdminRequest) => Promise<void>;
}

/** How the admin shows a model: every option has a sensible value of its own. */
export interface AdminOptions<T extends object = object> extends ListOptions<T>, FormOptions<T>, AdminHooks<T> {
  /** What the model is called in the navigation, where it is not its plural. */
  readonly title?: string;
}
