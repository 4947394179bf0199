import { historyOf, iconOf } from "../history/record.js";
import { ListLinks, readListState } from "../list/list-state.js";
import { pageLinks } from "../list/page-links.js";
import { timeOf } from "../list/show-value.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { ObjectPage } from "./object-page.js";

const perPage = 50;

/** What was done with an object in the admin. */
export class HistoryPage extends ObjectPage {
  get() {
    return this.forStaff(async (request) => {
      const admin = this.adminAt(this.params);
      const row = await this.rowAt(admin, request, "view");
      const all = historyOf(admin, valueOf(row, "pk"));
      const pages = Math.max(1, Math.ceil((await all.count()) / perPage));
      const page = Math.min(readListState(this.request.query).page, pages);
      const entries = await all.slice((page - 1) * perPage, page * perPage);
      return this.page("admin/history.liquid", request, {
        title: `History of ${textOf(row)}`,
        crumbs: this.crumbs(admin, row, { label: "History" }),
        pages: pageLinks(new ListLinks(this.request.query), page, pages, false),
        entries: entries.map((entry) => ({
          action: entry.action,
          icon: iconOf(entry.action),
          what: entry.display("action"),
          user: entry.userName,
          at: timeOf(entry.at),
          changes: entry.changes,
        })),
      });
    });
  }
}
