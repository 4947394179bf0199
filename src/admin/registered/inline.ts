import type { ModelClass } from "../../orm/index.js";

/** The rows of another model that refer to an object, edited on its page. */
export interface Inline {
  readonly model: ModelClass;
  readonly shape: "tabular" | "stacked";
  readonly options: InlineOptions;
}

/** Options of `tabularInline` and `stackedInline`. */
export interface InlineOptions {
  /** The foreign key to the object, where there are several. */
  readonly via?: string;
  readonly fields?: readonly string[];
  readonly exclude?: readonly string[];
  readonly readonlyFields?: readonly string[];
  /** How many empty ones are offered. Default 1. */
  readonly extra?: number;
  readonly min?: number;
  readonly max?: number;
  /** Whether rows can be deleted here. Default true. */
  readonly canDelete?: boolean;
  /** Whether each row has a link to its own page. Default true where the model is registered. */
  readonly showChangeLink?: boolean;
  readonly ordering?: readonly string[];
  readonly title?: string;
  /** Whether it is closed at first. Default false. */
  readonly collapsed?: boolean;
}

/** The rows of `model` that refer to the object, as a table. */
export function tabularInline(model: ModelClass, options: InlineOptions = {}): Inline {
  return { model, shape: "tabular", options };
}

/** The rows of `model` that refer to the object, one below the other. */
export function stackedInline(model: ModelClass, options: InlineOptions = {}): Inline {
  return { model, shape: "stacked", options };
}
