import { HttpConsumer, type HttpResponse, type UploadLimits } from "../../consumers/index.js";
import { type HotclubError, NotFound, PermissionDenied } from "../../core/index.js";
import { userOf } from "../../auth/index.js";
import { taskBackends } from "../../workers/index.js";
import { keyText } from "../../orm/index.js";
import { ListQueryInvalid } from "../errors.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { appTitle } from "./app-title.js";
import type { AdminRequest, AdminUser } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import { AdminUrls } from "./admin-urls.js";
import { takeNotices } from "./notices.js";

/** A step of the way to a page. */
export interface Crumb {
  readonly label: string;
  readonly url?: string | undefined;
}

/** What a page shows besides what all pages do. */
export interface PageParts {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly isPopup?: boolean;
  readonly status?: number;
  readonly [name: string]: unknown;
}

/** A page of an admin. */
export abstract class AdminPage<Params = Readonly<Record<string, never>>> extends HttpConsumer<Params> {
  /** The admin that this class serves; see `pageOf`. */
  declare static readonly site: AdminRegistry;
  /** How many steps its URLs have beyond the admin's own. */
  static readonly depth: number = 0;

  /** A list that is edited in place has a few fields for each of its rows, which are hundreds. */
  static override readonly uploads: Partial<UploadLimits> = { maxFields: 20_000 };

  #urls: AdminUrls | undefined;

  get site(): AdminRegistry {
    return (this.constructor as typeof AdminPage).site;
  }

  get urls(): AdminUrls {
    if (this.#urls === undefined) {
      const { depth } = this.constructor as typeof AdminPage;
      const steps = this.scope.rawPath.replace(/\/$/, "").split("/");
      this.#urls = new AdminUrls(this.site, `${steps.slice(0, steps.length - depth).join("/")}/`);
    }
    return this.#urls;
  }

  /** What `handle` answers to one of the staff; others are sent to log in, or refused. */
  protected async forStaff(handle: (request: AdminRequest) => Promise<HttpResponse>): Promise<HttpResponse> {
    const user = await userOf(this.scope);
    if (!user.isAuthenticated) {
      const { rawPath, queryString } = this.scope;
      const next = queryString === "" ? rawPath : `${rawPath}?${queryString}`;
      // What was sent is lost here: the page says so, and its scripts have kept it.
      const ended = this.request.method === "POST" ? "&ended=1" : "";
      return this.redirect(`${this.urls.login}?next=${encodeURIComponent(next)}${ended}`, { status: 303 });
    }
    const staff: AdminUser = user;
    if (!staff.isActive || !staff.isStaff) throw new PermissionDenied({ detail: "This is for the staff." });
    const request: AdminRequest = { user: staff, scope: this.scope };
    let response: HttpResponse;
    try {
      response = await handle(request);
    } catch (thrown) {
      if (!this.#isForReading || !isRefusal(thrown)) throw thrown;
      response = await this.#refused(request, thrown);
    }
    response.headers.push(["cache-control", "no-store"]);
    return response;
  }

  /** Whether the answer is a page, and not a part of one or something for scripts. */
  get #isForReading(): boolean {
    const { headers } = this.request;
    return !headers.has("x-part") && (headers.get("accept") ?? "").includes("text/html");
  }

  /** Says within the admin's frame that something is not to be had here. */
  #refused(request: AdminRequest, { status, message }: HotclubError): Promise<HttpResponse> {
    const title = status === 404 ? "Not here" : status === 403 ? "Not for you" : "This cannot be asked for";
    return this.page("admin/refused.liquid", request, { title, text: message, status });
  }

  /** The admin of the model that the URL names. Throws `NotFound`. */
  protected adminAt({ app, model }: { readonly app: string; readonly model: string }): ModelAdmin {
    const admin = this.site.find(app, model);
    if (admin === undefined) throw new NotFound({ what: "This page" });
    return admin;
  }

  /** A named part of a page, for a script that puts it into its place: what the next page tells still waits for that. */
  protected part(template: string, part: string, parts: PageParts): Promise<HttpResponse> {
    const templates = this.templatesFor(template).map((name) => `${name}#${part}`);
    return this.render(templates, { ...parts, theme: this.theme }, { status: parts.status ?? 200 });
  }

  /** A page with the frame around it. */
  protected async page(template: string, request: AdminRequest, parts: PageParts): Promise<HttpResponse> {
    const { status = 200 } = parts;
    const context = {
      ...parts,
      frame: await this.services.templates.first(this.templatesFor("admin/base.liquid")),
      site: {
        title: this.site.title,
        url: this.urls.index,
        siteUrl: this.site.siteUrl,
        themeUrl: this.urls.theme,
        logoutUrl: this.urls.logout,
        passwordUrl: this.urls.password,
        tasksUrl: request.user.isSuperuser && taskBackends.aliases().length > 0 ? this.urls.tasks : undefined,
        isTasks: this.scope.rawPath === this.urls.tasks,
      },
      user: { text: request.user.displayName, key: keyText(request.user.pk) },
      theme: this.theme,
      navigation: await this.navigation(request),
      notices: await takeNotices(this.scope),
    };
    return this.render(this.templatesFor(template), context, { status });
  }

  /**
   * What can stand in for `admin/history.liquid`, the first that there is: `admin/chat/room/history.liquid` for a model,
   * `admin/chat/history.liquid` for an app; and before them the same in the folder of the site, where it has one.
   */
  protected templatesFor(template: string): readonly string[] {
    const { app = "", model = "" } = this.params as { readonly app?: string; readonly model?: string };
    const facts = this.site.find(app, model)?.facts;
    const file = template.replace(/^admin\//, "");
    const steps = facts === undefined ? [] : [`${facts.appName}/${facts.urlName}/`, `${facts.appName}/`];
    const own = [...steps, ""].map((step) => `${step}${file}`);
    const { templates } = this.site;
    const ofSite = templates === undefined ? [] : own.map((name) => `${templates}/${name}`);
    // What is none of the admin's templates is one of the project's own.
    return [...ofSite, ...(file === template ? [template] : own.map((name) => `admin/${name}`))];
  }

  /** Whether this is a window beside a form, which gets the row that is saved here. */
  protected get isPopup(): boolean {
    return this.request.query.has("popup");
  }

  /** Tells the form that opened this window of `row`, and closes it. */
  protected popupDone(request: AdminRequest, admin: ModelAdmin, row: object): Promise<HttpResponse> {
    const popup = { key: keyText(valueOf(row, "pk")), text: textOf(row) };
    const title = `The ${admin.facts.verboseName} was saved`;
    return this.page("admin/popup_done.liquid", request, { title, popup, isPopup: true });
  }

  /** The look that the reader has chosen, or `undefined` for that of her system. */
  protected get theme(): "light" | "dark" | undefined {
    const chosen = this.cookies.get(themeCookie);
    return chosen === "light" || chosen === "dark" ? chosen : undefined;
  }

  /** The models that the user may see, by app. */
  protected async navigation(request: AdminRequest): Promise<readonly NavigationApp[]> {
    const apps = new Map<string, NavigationModel[]>();
    for (const admin of this.site.admins) {
      if (!(await admin.isShownTo(request))) continue;
      const { appName, verboseName } = admin.facts;
      const url = this.urls.list(admin);
      const models = apps.get(appName) ?? [];
      apps.set(appName, models);
      models.push({
        title: admin.title,
        verboseName,
        url,
        addUrl: (await admin.may(request, "add")) ? this.urls.add(admin) : undefined,
        isCurrent: this.scope.rawPath.startsWith(url),
      });
    }
    return [...apps].map(([name, models]) => ({
      name,
      title: appTitle(name),
      url: this.urls.app(name),
      models,
    }));
  }
}

/** Whether `thrown` tells a visitor that she asked for what she may not have, or what is not there. */
function isRefusal(thrown: unknown): thrown is HotclubError {
  return thrown instanceof NotFound || thrown instanceof PermissionDenied || thrown instanceof ListQueryInvalid;
}

/** The cookie that keeps the look. */
export const themeCookie = "admin_theme";

/** An app in the navigation. */
export interface NavigationApp {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly models: readonly NavigationModel[];
}

interface NavigationModel {
  readonly title: string;
  readonly verboseName: string;
  readonly url: string;
  readonly addUrl: string | undefined;
  readonly isCurrent: boolean;
}

/** The class `page` for `site`: consumers are made per request by their class alone. */
export function pageOf<C extends abstract new (...values: never[]) => object>(page: C, site: AdminRegistry): C {
  const Base = page as unknown as new (...values: never[]) => object;
  const Bound = class extends Base {
    static readonly site = site;
  };
  Object.defineProperty(Bound, "name", { value: page.name });
  return Bound as unknown as C;
}
