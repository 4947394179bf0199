import type { ModelField } from "../../../orm/index.js";
import { ListQueryInvalid } from "../../errors.js";
import { capitalized } from "../../model/words.js";
import { emptyChoice, type PanelFilter } from "./panel-filter.js";

/** A filter by the choices of a field, or by yes and no. */
export function choiceFilter(path: string, field: ModelField): PanelFilter {
  const known = new Map<string, { readonly label: string; readonly value: unknown }>(
    field.choices === undefined
      ? [
          ["yes", { label: "Yes", value: true }],
          ["no", { label: "No", value: false }],
        ]
      : field.choices.map(({ value, label }) => [String(value), { label, value }]),
  );
  if (field.null) known.set(emptyChoice, { label: "Empty", value: null });
  const where = (value: string): Readonly<Record<string, unknown>> => {
    const choice = known.get(value);
    if (choice === undefined) {
      throw new ListQueryInvalid({ parameter: path, problem: `is none of ${[...known.keys()].join(", ")}` });
    }
    return { [path]: choice.value };
  };
  return {
    parameter: path,
    title: capitalized(field.verboseName),
    choices: () => Promise.resolve([...known].map(([value, { label }]) => ({ value, label }))),
    where,
    apply: (rows, value) => rows.filterBy(where(value)),
  };
}
