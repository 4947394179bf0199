import { keyText, type ModelField, modelOptions } from "../../../orm/index.js";
import { ListQueryInvalid } from "../../errors.js";
import { type Rows, valueOf } from "../../model/rows.js";
import type { AdminRequest } from "../../registered/admin-request.js";
import { textOf } from "../../model/text-of.js";
import { capitalized } from "../../model/words.js";
import { emptyChoice, type FilterChoice, type PanelFilter } from "./panel-filter.js";

/** The most rows that a filter offers. Who needs others searches. */
const maxChoices = 100;

/** A filter by the row that a relation leads to. `rowsFor` gives those that there are for the user. */
export function relatedFilter(
  path: string,
  field: ModelField,
  relation: NonNullable<ModelField["relation"]>,
  rowsFor: (request: AdminRequest) => Rows,
): PanelFilter {
  const { model, toField, kind } = relation;
  const mayBeEmpty = field.null || kind === "manyToMany";
  const choiceOf = (row: object): FilterChoice => ({ value: keyText(valueOf(row, toField)), label: textOf(row) });
  const keyOf = (value: string): unknown => {
    try {
      return modelOptions(model).field(toField).clean(value);
    } catch (cause) {
      throw new ListQueryInvalid({ parameter: path, problem: "is no key of such a row" }, { cause });
    }
  };
  const where = (value: string): Readonly<Record<string, unknown>> =>
    mayBeEmpty && value === emptyChoice ? { [`${path}__isnull`]: true } : { [path]: keyOf(value) };
  return {
    parameter: path,
    title: capitalized(field.verboseName),
    async choices(request, current) {
      const rows = rowsFor(request);
      const limited = relation.limitChoicesTo === undefined ? rows : rows.filterBy(relation.limitChoicesTo);
      const choices = (await limited.slice(0, maxChoices)).map(choiceOf);
      if (current !== undefined && current !== emptyChoice && !choices.some(({ value }) => value === current)) {
        choices.push(...(await rows.filterBy({ [toField]: keyOf(current) })).map(choiceOf));
      }
      return mayBeEmpty ? [...choices, { value: emptyChoice, label: "Empty" }] : choices;
    },
    where,
    apply: (rows, value) => rows.filterBy(where(value)),
  };
}
