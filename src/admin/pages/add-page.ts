import type { HttpResponse } from "../../consumers/index.js";
import { PermissionDenied } from "../../core/index.js";
import { ObjectEditor } from "../edit/object-editor.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { AdminPage } from "./admin-page.js";
import { appTitle } from "./app-title.js";
import { addRow, afterSaving } from "./after-saving.js";
import { notify } from "./notices.js";
import { objectContext } from "./object-context.js";

/** Adds an object. */
export class AddPage extends AdminPage<{ app: string; model: string }> {
  static override readonly depth = 3;

  get() {
    return this.forStaff(async (request) => {
      const admin = await this.#admin(request);
      const initial = { ...admin.options.initial?.(request), ...this.#fromQuery(admin) };
      const { site, urls } = this;
      const editor = await ObjectEditor.open({ admin, request, site, urls, mayChange: true, initial });
      return this.#show(admin, request, editor, false);
    });
  }

  post() {
    return this.forStaff(async (request) => {
      const admin = await this.#admin(request);
      const form = await this.request.form();
      const { outcome, editor } = await addRow(this, admin, request, form);
      if (outcome.kind !== "saved") return this.#show(admin, request, editor, true);
      if (this.isPopup) return this.popupDone(request, admin, outcome.row);
      const { url, text } = await afterSaving(this.urls, admin, request, form, outcome.row, "added");
      await notify(this.scope, "success", text, { isSaved: true });
      return this.redirect(url, { status: 303 });
    });
  }

  async #admin(request: AdminRequest): Promise<ModelAdmin> {
    const admin = this.adminAt(this.params);
    if (await admin.may(request, "add")) return admin;
    throw new PermissionDenied({ detail: `You may not add ${admin.facts.verboseNamePlural}.` });
  }

  /** Links can say what a new object opens with: `?category=3`. */
  #fromQuery({ facts }: ModelAdmin): Readonly<Record<string, unknown>> {
    const given = [...this.request.query].filter(
      ([name]) => facts.options.has(name) && facts.options.field(name).editable,
    );
    return Object.fromEntries(
      given.map(([name, value]) => [name, facts.options.field(name).type === "manyToMany" ? value.split(",") : value]),
    );
  }

  async #show(admin: ModelAdmin, request: AdminRequest, editor: ObjectEditor, isWrong: boolean): Promise<HttpResponse> {
    const { appName, verboseName } = admin.facts;
    return this.page("admin/change_form.liquid", request, {
      title: `Add ${verboseName}`,
      crumbs: [
        { label: this.site.title, url: this.urls.index },
        { label: appTitle(appName), url: this.urls.app(appName) },
        { label: admin.title, url: this.urls.list(admin) },
        { label: "Add" },
      ],
      object: await objectContext({ admin, request, urls: this.urls, editor, mayChange: true, isWrong }),
      isPopup: this.isPopup,
      status: isWrong ? 422 : 200,
    });
  }
}
