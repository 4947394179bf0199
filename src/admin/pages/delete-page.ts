import { atomic, ProtectedError } from "../../orm/index.js";
import { deleteRow } from "../actions/run-action.js";
import { deletionContext } from "../delete/deletion-context.js";
import { previewDeletion } from "../delete/deletion-preview.js";
import { record } from "../history/record.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { notify } from "./notices.js";
import { ObjectPage } from "./object-page.js";

/** Asks whether an object is to be deleted with all that goes along, and deletes it. */
export class DeletePage extends ObjectPage {
  get() {
    return this.forStaff(async (request) => {
      const admin = this.adminAt(this.params);
      return this.#ask(admin, request, await this.rowAt(admin, request, "delete"));
    });
  }

  post() {
    return this.forStaff(async (request) => {
      const admin = this.adminAt(this.params);
      const row = await this.rowAt(admin, request, "delete");
      const { mayDelete } = await this.#deletion(admin, request, row);
      if (!mayDelete) return this.#ask(admin, request, row);
      const text = textOf(row);
      try {
        await atomic(async () => {
          await record(admin, request, "delete", [row]);
          await deleteRow(admin, request, row);
        });
      } catch (error) {
        // Somebody has made a row meanwhile that keeps this one from going.
        if (!(error instanceof ProtectedError)) throw error;
        return this.#ask(admin, request, row);
      }
      await notify(this.scope, "success", `The ${admin.facts.verboseName} ${text} was deleted.`);
      return this.redirect(this.urls.list(admin), { status: 303 });
    });
  }

  async #deletion(admin: ModelAdmin, request: AdminRequest, row: object) {
    const preview = await previewDeletion(admin.model, [row]);
    return { ...(await deletionContext(preview, this.site, this.urls, request)), goesAlong: preview.counts.size > 1 };
  }

  async #ask(admin: ModelAdmin, request: AdminRequest, row: object) {
    const { goesAlong, ...deletion } = await this.#deletion(admin, request, row);
    const what = `the ${admin.facts.verboseName} “${textOf(row)}”`;
    return this.page("admin/delete_confirmation.liquid", request, {
      title: `Delete ${what}`,
      what,
      deletion,
      goesAlong,
      crumbs: this.crumbs(admin, row, { label: "Delete" }),
      backUrl: this.urls.of(admin, valueOf(row, "pk"), "change"),
    });
  }
}
