import { keyText, type ModelField } from "../../orm/index.js";
import { NotFound, PermissionDenied } from "../../core/index.js";
import { searchRows } from "../list/search-rows.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { AdminPage } from "./admin-page.js";

const perPage = 20;

/** The rows that a relation of a form can lead to, by what is typed, as JSON. */
export class OptionsPage extends AdminPage<{ app: string; model: string }> {
  static override readonly depth = 3;

  get() {
    return this.forStaff(async (request) => {
      const source = this.adminAt(this.params);
      const field = this.#relation();
      const { relation } = field;
      const target = relation === undefined ? undefined : this.site.adminOf(relation.model);
      if (relation === undefined || target === undefined) throw new NotFound({ what: "This relation" });
      const mayAsk = (await source.may(request, "view")) || (await source.may(request, "add"));
      if (!mayAsk || !(await target.may(request, "view"))) {
        throw new PermissionDenied({ detail: `You may not see ${target.facts.verboseNamePlural}.` });
      }
      const { query } = this.request;
      const page = Math.max(0, Math.min(1000, Number.parseInt(query.get("page") ?? "0", 10) || 0));
      const all = target.rows(request);
      const limited = relation.limitChoicesTo === undefined ? all : all.filterBy(relation.limitChoicesTo);
      const found = searchRows(target, limited, (query.get("q") ?? "").slice(0, 200));
      const ordering = target.options.ordering ?? target.facts.options.ordering;
      const rows = await found.orderBy(...ordering, "pk").slice(page * perPage, (page + 1) * perPage + 1);
      return this.json({
        results: rows
          .slice(0, perPage)
          .map((row) => ({ id: keyText(valueOf(row, relation.toField)), text: textOf(row) })),
        more: rows.length > perPage,
      });
    });
  }

  #relation(): ModelField {
    const { options } = this.adminAt(this.params).facts;
    const name = this.request.query.get("field") ?? "";
    if (!options.has(name)) throw new NotFound({ what: "This relation" });
    return options.field(name);
  }
}
