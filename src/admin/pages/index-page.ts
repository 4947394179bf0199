import { LogEntry } from "../history/log-entry.js";
import { iconOf } from "../history/record.js";
import { keyText, modelOptions } from "../../orm/index.js";
import type { AdminRequest } from "../registered/admin-request.js";
import { timeOf } from "../list/show-value.js";
import { AdminPage } from "./admin-page.js";
import { NotFound } from "../../core/index.js";
import { isLocalUrl } from "../../consumers/index.js";
import { themeCookie } from "./admin-page.js";

/** How many of the user's own doings the first page tells. */
const maxRecent = 12;

/** The first page: all models, and what the user did last. */
export class IndexPage extends AdminPage {
  get() {
    return this.forStaff(async (request) =>
      this.page("admin/index.liquid", request, { title: this.site.title, recent: await this.#recent(request) }),
    );
  }

  async #recent(request: AdminRequest) {
    const entries = await LogEntry.filter({ userKey: keyText(request.user.pk) }).slice(0, maxRecent);
    const admins = new Map([...this.site.admins].map((admin) => [admin.facts.label, admin]));
    return entries.map(({ action, objectText, objectKey, model, at }) => {
      const admin = admins.get(model);
      const isThere = admin !== undefined && action !== "delete";
      return {
        action,
        icon: iconOf(action),
        text: objectText,
        url: isThere ? this.urls.of(admin, objectKey, "change") : undefined,
        what: admin === undefined ? model : modelOptions(admin.model).verboseName,
        at: timeOf(at),
      };
    });
  }
}

/** The models of one app. */
export class AppPage extends AdminPage<{ app: string }> {
  static override readonly depth = 1;

  get() {
    return this.forStaff(async (request) => {
      const app = (await this.navigation(request)).find(({ name }) => name === this.params.app);
      if (app === undefined) throw new NotFound({ what: "This page" });
      const crumbs = [{ label: this.site.title, url: this.urls.index }, { label: app.title }];
      return this.page("admin/app_index.liquid", request, { title: app.title, crumbs, app });
    });
  }
}

/** Takes the look that the reader chooses. */
export class ThemePage extends AdminPage {
  static override readonly depth = 1;

  async post() {
    const form = await this.request.form();
    const theme = form.get("theme");
    if (theme === "light" || theme === "dark") {
      this.cookies.set(themeCookie, theme, { maxAgeS: 365 * 24 * 3600, path: this.urls.index });
    } else this.cookies.delete(themeCookie, { path: this.urls.index });
    const next = form.get("next") ?? "";
    return this.redirect(isLocalUrl(next) ? next : this.urls.index, { status: 303 });
  }
}
