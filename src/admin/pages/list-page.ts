import type { Form } from "../../consumers/index.js";
import type { HttpResponse } from "../../consumers/index.js";
import { BadRequest, PermissionDenied } from "../../core/index.js";
import { runAction } from "../actions/run-action.js";
import { availableActions } from "../actions/available-actions.js";
import { keysSent, ListEditing } from "../edit/list-editing.js";
import { ChangeList } from "../list/change-list.js";
import { ListLinks, readListState } from "../list/list-state.js";
import type { Rows } from "../model/rows.js";
import { capitalized, counted } from "../model/words.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { AdminPage } from "./admin-page.js";
import { appTitle } from "./app-title.js";
import { listContext } from "./list-context.js";
import { notify } from "./notices.js";
import { keyFromText } from "./url-key.js";

/** The most rows that can be chosen one by one. */
const maxChosen = 2000;

/** The list of a model. */
export class ListPage extends AdminPage<{ app: string; model: string }> {
  static override readonly depth = 2;

  get() {
    return this.forStaff(async (request) => {
      const admin = await this.#visible(request);
      return this.#show(admin, request, this.#list(admin, request));
    });
  }

  post() {
    return this.forStaff(async (request) => {
      const admin = await this.#visible(request);
      const list = this.#list(admin, request);
      const form = await this.request.form();
      if (form.has("save")) return this.#save(admin, request, list, form);
      return this.#act(admin, request, list, form);
    });
  }

  async #visible(request: AdminRequest): Promise<ModelAdmin> {
    const admin = this.adminAt(this.params);
    if (await admin.may(request, "view")) return admin;
    throw new PermissionDenied({ detail: `You may not see ${admin.facts.verboseNamePlural}.` });
  }

  #list(admin: ModelAdmin, request: AdminRequest): ChangeList {
    return new ChangeList(admin, this.site, request, readListState(this.request.query));
  }

  async #show(
    admin: ModelAdmin,
    request: AdminRequest,
    list: ChangeList,
    editing?: ListEditing,
    sent?: readonly object[],
  ): Promise<HttpResponse> {
    const there = await list.page();
    // What is wrong is shown where it was typed, also in rows that would be on another page by now.
    const page = sent === undefined ? there : { ...there, rows: sent };
    const shown = editing ?? (await this.#editing(admin, request, page.rows));
    const links = new ListLinks(this.request.query);
    const context = await listContext(list, page, links, this.urls, request, (row, name) => shown?.cell(row, name));
    const parts = {
      title: admin.title,
      crumbs: this.#crumbs(admin),
      list: {
        ...context,
        hasEditable: shown !== undefined,
        editableFields: shown?.hidden,
        isWrong: editing !== undefined,
      },
      isPopup: list.state.isPopup,
      status: editing === undefined ? 200 : 422,
    };
    // Scripts ask for the rows alone, when something has changed.
    if (this.request.headers.get("x-part") === "results")
      return this.part("admin/change_list.liquid", "results", parts);
    return this.page("admin/change_list.liquid", request, parts);
  }

  #editing(
    admin: ModelAdmin,
    request: AdminRequest,
    rows: readonly object[],
    data?: Form,
  ): Promise<ListEditing | undefined> {
    return ListEditing.open({ admin, request, site: this.site, urls: this.urls, rows, data });
  }

  #crumbs(admin: ModelAdmin) {
    const { appName } = admin.facts;
    return [
      { label: this.site.title, url: this.urls.index },
      { label: appTitle(appName), url: this.urls.app(appName) },
      { label: admin.title },
    ];
  }

  get #here(): string {
    const { rawPath, queryString } = this.scope;
    return queryString === "" ? rawPath : `${rawPath}?${queryString}`;
  }

  async #save(admin: ModelAdmin, request: AdminRequest, list: ChangeList, form: Form): Promise<HttpResponse> {
    if (!(await admin.may(request, "change"))) {
      throw new PermissionDenied({ detail: `You may not change ${admin.facts.verboseNamePlural}.` });
    }
    const keys = keysSent(form);
    const { listPerPage = 0, listMaxShowAll = 0 } = admin.options;
    if (keys.length > Math.max(maxChosen, listPerPage, listMaxShowAll)) {
      throw new BadRequest({ detail: "These are more rows than a list shows." });
    }
    // The rows that were sent, and not those of the page as it would be now: others may have come before them.
    const rows = await list.withKeys(this.#known(admin, keys));
    const editing = await this.#editing(admin, request, rows, form);
    if (editing === undefined) throw new BadRequest({ detail: "Nothing is edited in this list." });
    const outcome = await editing.save();
    if (outcome === undefined) return this.#show(admin, request, list, editing, rows);
    await notify(this.scope, outcome.level, outcome.text, { isSaved: true });
    const lost = keys.length - rows.length;
    if (lost > 0) {
      const { verboseName, verboseNamePlural } = admin.facts;
      const text = `${capitalized(counted(lost, verboseName, verboseNamePlural))} of this list ${lost === 1 ? "is" : "are"} not there any more.`;
      await notify(this.scope, "warning", text);
    }
    return this.redirect(this.#here, { status: 303 });
  }

  async #act(admin: ModelAdmin, request: AdminRequest, list: ChangeList, form: Form): Promise<HttpResponse> {
    const name = form.get("action") ?? "";
    const action = (await availableActions(admin, request, "list")).find((one) => one.name === name);
    const across = form.has("across");
    const keys = form.getAll("key");
    if (!across && keys.length > maxChosen) {
      const most = maxChosen.toLocaleString("en");
      await notify(this.scope, "warning", `Choose at most ${most} rows one by one, or all that the list has.`);
      return this.redirect(this.#here, { status: 303 });
    }
    if (name === "" || (!across && keys.length === 0)) {
      await notify(this.scope, "warning", name === "" ? "Choose what to do." : "Choose the rows first.");
      return this.redirect(this.#here, { status: 303 });
    }
    if (action === undefined)
      throw new PermissionDenied({ detail: "This action is not for you, or it does not exist." });
    const rows = across ? list.matching : this.#chosen(admin, request, keys);
    const outcome = await runAction({
      admin,
      request,
      action,
      rows,
      site: this.site,
      urls: this.urls,
      isConfirmed: form.has("confirmed"),
    });
    if (outcome.kind === "ask") {
      return this.page(outcome.template, request, {
        ...outcome.context,
        crumbs: [
          ...this.#crumbs(admin).slice(0, -1),
          { label: admin.title, url: this.urls.list(admin) },
          { label: action.label },
        ],
        action: name,
        keys: across ? [] : keys,
        across,
        backUrl: this.#here,
      });
    }
    await notify(this.scope, outcome.level, outcome.text);
    return this.redirect(outcome.url ?? this.#here, { status: 303 });
  }

  /** The chosen rows, as far as the user may see them. */
  #chosen(admin: ModelAdmin, request: AdminRequest, keys: readonly string[]): Rows {
    return admin.rows(request).filterBy({ pk__in: this.#known(admin, keys) });
  }

  /** The keys that can be keys of these rows at all. */
  #known(admin: ModelAdmin, keys: readonly string[]): readonly unknown[] {
    const field = admin.facts.options.field(admin.facts.keyName);
    return keys.map((key) => keyFromText(key, field)).filter((key) => key !== undefined);
  }
}
