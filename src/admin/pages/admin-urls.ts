import type { AdminRegistry } from "../site/admin-registry.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { keyToUrl } from "./url-key.js";
import type { ModelClass } from "../../orm/index.js";

/** The addresses of an admin's pages. */
export class AdminUrls {
  /** Where the admin begins, with a slash at the end. */
  readonly index: string;
  readonly #site: AdminRegistry;

  constructor(site: AdminRegistry, index: string) {
    this.#site = site;
    this.index = index;
  }

  app(appName: string): string {
    return `${this.index}${appName}/`;
  }

  list({ facts }: ModelAdmin): string {
    return `${this.index}${facts.appName}/${facts.urlName}/`;
  }

  add(admin: ModelAdmin): string {
    return `${this.list(admin)}add/`;
  }

  /** A page of one object. */
  of(admin: ModelAdmin, key: unknown, page: "change" | "delete" | "history"): string {
    return `${this.list(admin)}${keyToUrl(key)}/${page}/`;
  }

  /** The page of a row of `model`, where the admin has the model. */
  ofRow(model: ModelClass, key: unknown): string | undefined {
    const admin = this.#site.adminOf(model);
    return admin === undefined ? undefined : this.of(admin, key, "change");
  }

  get theme(): string {
    return `${this.index}theme/`;
  }

  get tasks(): string {
    return `${this.index}_tasks/`;
  }

  get login(): string {
    return `${this.index}login/`;
  }

  get logout(): string {
    return `${this.index}logout/`;
  }

  get password(): string {
    return `${this.index}password/`;
  }

  /** The sockets of the list of a model, and of one of its objects. */
  listSocket(admin: ModelAdmin): string {
    return `${this.list(admin)}live/`;
  }

  objectSocket(admin: ModelAdmin, key: unknown): string {
    return `${this.list(admin)}${keyToUrl(key)}/live/`;
  }

  options(admin: ModelAdmin): string {
    return `${this.list(admin)}options/`;
  }
}
