import type { Route } from "../../consumers/index.js";
import { adminRoutes } from "../pages/admin-routes.js";
import { AdminRegistry } from "./admin-registry.js";

/** An admin: the models that it shows, and its pages. Most projects have one, `admin`. */
export class AdminSite extends AdminRegistry {
  #routes: readonly Route[] | undefined;

  /** Its pages and sockets: `include("/admin/", admin.routes, { namespace: "admin" })`. */
  get routes(): readonly Route[] {
    return (this.#routes ??= adminRoutes(this));
  }
}
