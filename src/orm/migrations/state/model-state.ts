import type { FieldDescription } from "../../fields/description.js";
import { isSwappedOut } from "../../swaps.js";
import type { ConstraintDefinition, IndexDefinition } from "../../definitions.js";

/** What a model says about itself as a whole, as far as tables and queries follow from it. */
export interface ModelStateOptions {
  readonly ordering?: readonly string[];
  readonly indexes?: readonly IndexDefinition[];
  readonly constraints?: readonly ConstraintDefinition[];
  readonly dbTable?: string;
  readonly [option: string]: unknown;
}

/** A model at one point of the history, as data. */
export interface ModelState {
  readonly app: string;
  readonly name: string;
  /** By name, in the order of the class. */
  readonly fields: ReadonlyMap<string, FieldDescription>;
  readonly options: ModelStateOptions;
}

/** `chat.Room` */
export function labelOf({ app, name }: Pick<ModelState, "app" | "name">): string {
  return `${app}.${name}`;
}

/** The label that `name` means in an operation of `app`: `Room` is the app's own, `chat.Room` another's. */
export function labelIn(app: string, name: string): string {
  return name.includes(".") ? name : `${app}.${name}`;
}

/** The name of a field in `room`, `-room` and `room__slug`. */
export function renameInKey(key: string, from: string, to: string): string {
  const sign = key.startsWith("-") ? "-" : "";
  const [first, ...rest] = key.slice(sign.length).split("__");
  return first === from ? sign + [to, ...rest].join("__") : key;
}

/** Whether migrations make and change the model's table. */
export function isManaged(model: ModelState): boolean {
  return model.options["managed"] !== false && !isSwappedOut(labelOf(model));
}
