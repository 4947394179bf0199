import type { ModelClass, ModelField } from "../../../orm/index.js";
import { ListQueryInvalid } from "../../errors.js";
import { rowsOf } from "../../model/rows.js";
import { capitalized } from "../../model/words.js";
import { emptyChoice, type FilterChoice, type PanelFilter } from "./panel-filter.js";

/** The most values that a filter offers. */
const maxChoices = 100;

/** A filter by the values that there are. */
export function valueFilter(model: ModelClass, path: string, field: ModelField): PanelFilter {
  const where = (value: string): Readonly<Record<string, unknown>> => {
    if (field.null && value === emptyChoice) return { [`${path}__isnull`]: true };
    try {
      return { [path]: field.clean(value) };
    } catch (cause) {
      throw new ListQueryInvalid({ parameter: path, problem: "is no value of this field" }, { cause });
    }
  };
  return {
    parameter: path,
    title: capitalized(field.verboseName),
    async choices() {
      const rows = rowsOf(model)
        .filterBy({ [`${path}__isnull`]: false })
        .orderBy(path);
      const found = (await rows.values(path).distinct().slice(0, maxChoices)).map((row) => String(row[path]));
      const choices: FilterChoice[] = found.filter((value) => value !== "").map((value) => ({ value, label: value }));
      return field.null ? [...choices, { value: emptyChoice, label: "Empty" }] : choices;
    },
    where,
    apply: (rows, value) => rows.filterBy(where(value)),
  };
}
