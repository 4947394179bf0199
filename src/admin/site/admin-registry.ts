import type { ModelClass } from "../../orm/index.js";
import { AdminInvalid } from "../errors.js";
import type { AdminOptions } from "../registered/admin-options.js";
import { ModelAdmin } from "../registered/model-admin.js";

/** Options of `AdminSite`. */
export interface AdminSiteOptions {
  /** What its pages are called: in the head, and in titles. Default `Administration`. */
  readonly title?: string;
  /** Where "View site" leads; `null` for nowhere. Default `/`. */
  readonly siteUrl?: string | null;
  /** A folder of templates that go before those in `admin`: with `backstage`, `backstage/base.liquid`. Default: none. */
  readonly templates?: string;
}

/** The models of an admin. */
export class AdminRegistry {
  readonly title: string;
  readonly siteUrl: string | null;
  readonly templates: string | undefined;
  readonly #admins = new Map<ModelClass, ModelAdmin>();

  constructor({ title = "Administration", siteUrl = "/", templates }: AdminSiteOptions = {}) {
    this.title = title;
    this.siteUrl = siteUrl;
    this.templates = templates;
  }

  /**
   * Shows `model`: a list of its rows, with search and filters, and pages to add, change and delete them. Every option
   * has a sensible value. Throws `AdminInvalid` for a model that is registered already.
   */
  register<T extends object>(model: ModelClass<T>, options: AdminOptions<NoInfer<T>> = {}): void {
    if (this.#admins.has(model)) {
      throw new AdminInvalid({ model: model.name, problem: "is registered already; unregister the other one first" });
    }
    this.#admins.set(model, new ModelAdmin(model, options) as unknown as ModelAdmin);
  }

  /** Takes `model` out again, such as one of an installed app that is to be registered with other options. */
  unregister(model: ModelClass): void {
    this.#admins.delete(model);
  }

  isRegistered(model: ModelClass): boolean {
    return this.#admins.has(model);
  }

  /** The models that it shows, in the order of their registration. */
  get admins(): Iterable<ModelAdmin> {
    return this.#admins.values();
  }

  adminOf(model: ModelClass): ModelAdmin | undefined {
    return this.#admins.get(model);
  }

  /** The admin of the model that a URL names, or that a relation leads to (`chat.Room`). */
  find(appName: string, urlName: string): ModelAdmin | undefined {
    for (const admin of this.#admins.values()) {
      if (admin.facts.appName === appName && admin.facts.urlName === urlName.toLowerCase()) return admin;
    }
    return undefined;
  }
}
