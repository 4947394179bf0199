import type { Form, HttpResponse } from "../../consumers/index.js";
import { PermissionDenied } from "../../core/index.js";
import { availableActions } from "../actions/available-actions.js";
import { runAction } from "../actions/run-action.js";
import { allOrNothing } from "../edit/all-or-nothing.js";
import { type EditOutcome, ObjectEditor } from "../edit/object-editor.js";
import { sentAsNew } from "../edit/sent-as-new.js";
import { record } from "../history/record.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { addRow, afterSaving } from "./after-saving.js";
import { appTitle } from "./app-title.js";
import { notify } from "./notices.js";
import { objectContext, type ObjectContextParts } from "./object-context.js";
import { ObjectPage } from "./object-page.js";

/** Shows an object, and changes it. */
export class ChangePage extends ObjectPage {
  get() {
    return this.forStaff(async (request) => {
      const admin = this.adminAt(this.params);
      const row = await this.rowAt(admin, request, "view");
      const mayChange = await admin.may(request, "change", row);
      const editor = await ObjectEditor.open({ admin, request, site: this.site, urls: this.urls, row, mayChange });
      return this.#show({ admin, request, urls: this.urls, editor, row, mayChange });
    });
  }

  post() {
    return this.forStaff(async (request) => {
      const admin = this.adminAt(this.params);
      const form = await this.request.form();
      if (form.has("_act") && (form.get("action") ?? "") !== "") return this.#act(admin, request, form);
      if (form.has("_opened") && (await this.#isGone(admin, request))) return this.#offerAnew(admin, request, form);
      await this.rowAt(admin, request, "change");
      const isCopy = form.has("_new") && admin.options.saveAs === true;
      if (isCopy) return this.#copy(admin, request, form);
      const change = async () => {
        const locked = await this.#locked(admin, request);
        const opened = await this.#open(admin, request, locked, form);
        const saved = await opened.save();
        if (saved.kind === "saved") await record(admin, request, "change", [saved.row], saved.changes);
        return { outcome: saved, editor: opened, row: locked };
      };
      const { outcome, editor, row } = await allOrNothing(change, (done) => done.outcome.kind === "saved");
      if (outcome.kind === "saved") return this.#saved(admin, request, form, outcome.row);
      return this.#refused({ admin, request, urls: this.urls, editor, row, mayChange: true }, outcome);
    });
  }

  /** The row as it is now, which nobody else changes before this is done. */
  async #locked(admin: ModelAdmin, request: AdminRequest): Promise<object> {
    await this.rowsAt(admin, request).selectForUpdate().first();
    return this.rowAt(admin, request, "change");
  }

  #open(admin: ModelAdmin, request: AdminRequest, row: object, data: Form): Promise<ObjectEditor> {
    return ObjectEditor.open({ admin, request, site: this.site, urls: this.urls, row, mayChange: true, data });
  }

  async #copy(admin: ModelAdmin, request: AdminRequest, form: Form): Promise<HttpResponse> {
    if (!(await admin.may(request, "add"))) {
      throw new PermissionDenied({ detail: `You may not add ${admin.facts.verboseNamePlural}.` });
    }
    const { outcome, editor } = await addRow(this, admin, request, sentAsNew(form));
    if (outcome.kind === "saved") return this.#saved(admin, request, form, outcome.row);
    const row = await this.rowAt(admin, request, "change");
    return this.#refused({ admin, request, urls: this.urls, editor, row, mayChange: true }, outcome);
  }

  /** Whether the row was deleted while the user had it open, who may make it anew. */
  async #isGone(admin: ModelAdmin, request: AdminRequest): Promise<boolean> {
    if (!(await admin.may(request, "change")) || !(await admin.may(request, "add"))) return false;
    return !(await this.rowsAt(admin, request).exists());
  }

  /** What was typed into the page of a row that is not there any more, as a form that adds it. */
  async #offerAnew(admin: ModelAdmin, request: AdminRequest, form: Form): Promise<HttpResponse> {
    const { site, urls } = this;
    const data = sentAsNew(form);
    const editor = await ObjectEditor.open({ admin, request, site, urls, mayChange: true, data });
    const isWrong = !(await editor.isValid());
    const { appName, verboseName } = admin.facts;
    const parts = { admin, request, urls, editor, mayChange: true, isWrong };
    return this.page("admin/change_form.liquid", request, {
      title: `Add ${verboseName} again`,
      crumbs: [
        { label: this.site.title, url: urls.index },
        { label: appTitle(appName), url: urls.app(appName) },
        { label: admin.title, url: urls.list(admin) },
        { label: "Add again" },
      ],
      object: {
        ...(await objectContext(parts)),
        formUrl: `${urls.add(admin)}${this.isPopup ? "?popup=1" : ""}`,
        goneText: `This ${verboseName} was deleted while you had it open. Nothing was saved yet; what you typed is here. If you save it now, it is added again.`,
      },
      isPopup: this.isPopup,
      status: 409,
    });
  }

  async #saved(admin: ModelAdmin, request: AdminRequest, form: Form, row: object): Promise<HttpResponse> {
    if (this.isPopup) return this.popupDone(request, admin, row);
    const { url, text } = await afterSaving(this.urls, admin, request, form, row, "changed");
    await notify(this.scope, "success", text, { isSaved: true });
    return this.redirect(url, { status: 303 });
  }

  async #refused(parts: ObjectContextParts, outcome: EditOutcome): Promise<HttpResponse> {
    if (outcome.kind !== "differs") return this.#show({ ...parts, isWrong: true }, 422);
    return this.#show({ ...parts, differences: outcome.differences }, 409);
  }

  async #act(admin: ModelAdmin, request: AdminRequest, form: Form): Promise<HttpResponse> {
    const row = await this.rowAt(admin, request, "view");
    const name = form.get("action") ?? "";
    const action = (await availableActions(admin, request, "form")).find((one) => one.name === name);
    if (action === undefined)
      throw new PermissionDenied({ detail: "This action is not for you, or it does not exist." });
    const outcome = await runAction({
      admin,
      request,
      action,
      rows: this.rowsAt(admin, request),
      site: this.site,
      urls: this.urls,
      isConfirmed: form.has("confirmed"),
    });
    const here = this.urls.of(admin, valueOf(row, "pk"), "change");
    if (outcome.kind === "ask") {
      return this.page(outcome.template, request, {
        ...outcome.context,
        crumbs: this.crumbs(admin, row, { label: action.label }),
        action: name,
        fromForm: true,
        keys: [],
        backUrl: here,
      });
    }
    await notify(this.scope, outcome.level, outcome.text);
    return this.redirect(outcome.url ?? here, { status: 303 });
  }

  async #show(parts: ObjectContextParts, status = 200): Promise<HttpResponse> {
    const { admin, request, row } = parts;
    const title = row === undefined ? admin.facts.verboseName : textOf(row);
    return this.page("admin/change_form.liquid", request, {
      title,
      crumbs: row === undefined ? [] : this.crumbs(admin, row),
      object: await objectContext(parts),
      isPopup: this.isPopup,
      status,
    });
  }
}
