import { NotFound, PermissionDenied } from "../../core/index.js";
import { type Rows, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import type { AdminPermission, ModelAdmin } from "../registered/model-admin.js";
import type { AdminRequest } from "../registered/admin-request.js";
import { AdminPage, type Crumb } from "./admin-page.js";
import { appTitle } from "./app-title.js";
import { keyFromUrl } from "./url-key.js";

/** What the URL of an object names. */
export type ObjectParams = { app: string; model: string; key: string };

/** A page about one object. */
export abstract class ObjectPage extends AdminPage<ObjectParams> {
  static override readonly depth: number = 4;

  /** The rows with the key that the URL names, of those that there are for the user: one or none. */
  protected rowsAt(admin: ModelAdmin, request: AdminRequest): Rows {
    const key = keyFromUrl(this.params.key, admin.facts.options.field(admin.facts.keyName));
    const rows = admin.rows(request);
    return key === undefined ? rows.none() : rows.filterBy({ pk: key });
  }

  /** The object that the URL names. Throws `NotFound`, and `PermissionDenied` where the user may not. */
  protected async rowAt(admin: ModelAdmin, request: AdminRequest, permission: AdminPermission): Promise<object> {
    const { verboseName, verboseNamePlural } = admin.facts;
    if (!(await admin.may(request, permission === "view" ? "view" : permission))) {
      throw new PermissionDenied({ detail: `You may not ${permission} ${verboseNamePlural}.` });
    }
    const row = await this.rowsAt(admin, request).first();
    if (row === null) throw new NotFound({ what: `This ${verboseName}` });
    if (!(await admin.may(request, permission, row))) {
      throw new PermissionDenied({ detail: `You may not ${permission} this ${verboseName}.` });
    }
    return row;
  }

  protected crumbs(admin: ModelAdmin, row: object, ...more: readonly Crumb[]): readonly Crumb[] {
    const { appName } = admin.facts;
    const change = this.urls.of(admin, valueOf(row, "pk"), "change");
    return [
      { label: this.site.title, url: this.urls.index },
      { label: appTitle(appName), url: this.urls.app(appName) },
      { label: admin.title, url: this.urls.list(admin) },
      { label: textOf(row), url: more.length > 0 ? change : undefined },
      ...more,
    ];
  }
}
