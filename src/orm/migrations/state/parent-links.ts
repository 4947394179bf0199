import { snakeCase } from "../../schema/naming.js";
import type { ModelState } from "./model-state.js";

/** The name of the field by which migrations know the key of a model that extends one called `parent`. */
export function parentLinkName(parent: string): string {
  return `${parent.charAt(0).toLowerCase()}${parent.slice(1)}Ptr`;
}

/** A model that extends the one called `from`, with its key called after the new name of that. */
export function renameParentLink(model: ModelState, parentLabel: string, from: string, to: string): ModelState {
  const link = model.fields.get(parentLinkName(from));
  if (link === undefined || link.to !== parentLabel || link.options["primaryKey"] !== true) return model;
  const isNamedAfter = link.options["dbColumn"] === `${snakeCase(from)}_ptr_id`;
  const options = isNamedAfter ? { ...link.options, dbColumn: `${snakeCase(to)}_ptr_id` } : link.options;
  const fields = [...model.fields].map(([name, field]) =>
    field === link ? ([parentLinkName(to), { ...field, options }] as const) : ([name, field] as const),
  );
  return { ...model, fields: new Map(fields) };
}
