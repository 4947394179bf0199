import { AdminInvalid, ListQueryInvalid } from "../../errors.js";
import { fieldAt } from "../../model/model-facts.js";
import { rowsOf } from "../../model/rows.js";
import type { ListFilter } from "../../registered/list-filter.js";
import type { ModelAdmin } from "../../registered/model-admin.js";
import type { AdminRegistry } from "../../site/admin-registry.js";
import { choiceFilter } from "./choice-filter.js";
import { dateFilter } from "./date-filter.js";
import type { PanelFilter } from "./panel-filter.js";
import { relatedFilter } from "./related-filter.js";
import { valueFilter } from "./value-filter.js";

/** How many filters a list has at most where nobody says which. */
const maxFilters = 4;

/** The filters of the list of `admin`, which is one of `site`. Throws `AdminInvalid` for a name that is no field. */
export function listFilters(admin: ModelAdmin, site: AdminRegistry): readonly PanelFilter[] {
  const given = admin.options.listFilter ?? tellingFilters(admin);
  return given.map((one) => (typeof one === "string" ? fieldFilter(admin, site, one) : ownFilter(one)));
}

function fieldFilter({ model, facts }: ModelAdmin, site: AdminRegistry, path: string): PanelFilter {
  const field = fieldAt(model, path);
  if (field === undefined) {
    throw new AdminInvalid({
      model: facts.label,
      problem: `has ${JSON.stringify(path)} in listFilter, which is no field`,
    });
  }
  if (field.choices !== undefined || field.type === "bool") return choiceFilter(path, field);
  const { relation } = field;
  if (relation !== undefined) {
    return relatedFilter(path, field, relation, (request) => {
      return site.adminOf(relation.model)?.rows(request) ?? rowsOf(relation.model);
    });
  }
  return field.type === "date" || field.type === "dateTime" ? dateFilter(path, field) : valueFilter(model, path, field);
}

function ownFilter(filter: ListFilter): PanelFilter {
  return {
    parameter: filter.parameter,
    title: filter.title,
    async choices(request) {
      return (await filter.choices(request)).map(([value, label]) => ({ value, label }));
    },
    where: () => undefined,
    apply: (rows, value) => filter.apply(rows, value),
  };
}

function tellingFilters({ facts }: ModelAdmin): readonly string[] {
  return facts.options.fields
    .filter(({ choices, type }) => choices !== undefined || type === "bool")
    .slice(0, maxFilters)
    .map(({ name }) => name);
}

/** Refuses parameters that no filter has, so that nobody finds out what the list does not show. */
export function checkFilters(filters: readonly PanelFilter[], given: ReadonlyMap<string, string>): void {
  for (const parameter of given.keys()) {
    if (!filters.some((filter) => filter.parameter === parameter)) {
      throw new ListQueryInvalid({ parameter, problem: "is no filter of this list" });
    }
  }
}
