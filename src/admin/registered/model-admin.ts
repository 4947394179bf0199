import type { ModelClass } from "../../orm/index.js";
import { factsOf, type ModelFacts } from "../model/model-facts.js";
import { type Rows, rowsOf } from "../model/rows.js";
import { capitalized } from "../model/words.js";
import type { AdminOptions } from "./admin-options.js";
import type { AdminRequest } from "./admin-request.js";

/** What people may do with rows. */
export type AdminPermission = "view" | "add" | "change" | "delete";

/** A model in an admin: its options, and who may do what with its rows. */
export class ModelAdmin<T extends object = object> {
  readonly model: ModelClass<T>;
  readonly options: AdminOptions<T>;

  constructor(model: ModelClass<T>, options: AdminOptions<T>) {
    this.model = model;
    this.options = options;
  }

  get facts(): ModelFacts {
    return factsOf(this.model);
  }

  /** What people call its rows together. */
  get title(): string {
    return this.options.title ?? capitalized(this.facts.verboseNamePlural);
  }

  /** The rows that there are for the user. */
  rows(request: AdminRequest): Rows<T> {
    const all = rowsOf(this.model);
    return this.options.rows?.(all, request) ?? all;
  }

  /** Whether the user may; of `row`, or at all. Who may change may look. */
  async may(request: AdminRequest, permission: AdminPermission, row?: T): Promise<boolean> {
    const { user } = request;
    if (!user.isActive || !user.isStaff) return false;
    const own = this.#ownRule(permission);
    if (own !== undefined) return own(request, row);
    if (await this.has(request, permission, row)) return true;
    return permission === "view" && this.may(request, "change", row);
  }

  #ownRule(permission: AdminPermission): AdminOptions<T>["hasViewPermission"] {
    const { hasViewPermission, hasAddPermission, hasChangePermission, hasDeletePermission } = this.options;
    if (permission === "view") return hasViewPermission;
    if (permission === "add") return hasAddPermission;
    return permission === "change" ? hasChangePermission : hasDeletePermission;
  }

  /** Whether the user has the permission called `name` on the model, also one of its own. */
  async has({ user }: AdminRequest, name: string, row?: object): Promise<boolean> {
    const { appName, urlName } = this.facts;
    const permission = `${appName}.${name}_${urlName}`;
    return (await user.hasPerm(permission)) || (row !== undefined && user.hasPerm(permission, row));
  }

  /** Whether the user may do anything here, so that the model is worth showing. */
  async isShownTo(request: AdminRequest): Promise<boolean> {
    return (await this.may(request, "view")) || this.may(request, "add");
  }
}
