import type { FieldDescription } from "../../fields/description.js";
import { snakeCase } from "../../schema/naming.js";
import type { ModelState } from "../state/model-state.js";

export function columnOf(name: string, { to, options, type }: FieldDescription): string {
  const isKey = to !== undefined && type !== "manyToMany";
  return (options["dbColumn"] as string | undefined) ?? (isKey ? `${snakeCase(name)}_id` : snakeCase(name));
}

/** The table of the links of a relation of many to many, where none was declared. */
export function linkTableOf(model: ModelState, name: string, { options }: FieldDescription): string {
  return (options["dbTable"] as string | undefined) ?? `${tableOf(model)}_${snakeCase(name)}`;
}

export function tableOf({ app, name, options }: ModelState): string {
  return options.dbTable ?? `${app}_${snakeCase(name)}`;
}

/** That no field of a model has the column that a field has. */
export function freeColumn(label: string, name: string, field: FieldDescription): string {
  return `free ${label}.${columnOf(name, field)}`;
}

/** That no model has the table that `model` has. */
export function free(model: ModelState): string {
  return `free ${tableOf(model)}`;
}

/** That no links have the table that those of a relation have. */
export function freeLinks(model: ModelState, name: string, field: FieldDescription): string[] {
  const isOwn = field.type === "manyToMany" && field.options["through"] === undefined;
  return isOwn ? [`free ${linkTableOf(model, name, field)}`] : [];
}

/** What is free when the table of a model is renamed. */
export function freed(old: ModelState, model: ModelState): string[] {
  return tableOf(old) === tableOf(model) ? [] : [free(old)];
}
