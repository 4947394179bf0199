import { userOf } from "../../auth/index.js";
import { WebSocketConsumer } from "../../consumers/index.js";
import { NotFound, PermissionDenied } from "../../core/index.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";

/** A socket of an admin's page. Only those get one who may see the page. */
export abstract class LiveSocket<Params> extends WebSocketConsumer<Params> {
  /** The admin that this class serves; see `pageOf`. */
  declare static readonly site: AdminRegistry;

  get site(): AdminRegistry {
    return (this.constructor as typeof LiveSocket).site;
  }

  /** Throws `PermissionDenied` for anybody who is not of the staff. */
  protected async staff(): Promise<AdminRequest> {
    const user = await userOf(this.scope);
    if (!user.isAuthenticated || !user.isActive || !user.isStaff) {
      throw new PermissionDenied({ detail: "This is for the staff." });
    }
    return { user, scope: this.scope };
  }

  /** The admin of the model that the URL names. Throws `NotFound`, and `PermissionDenied` where the user may not look. */
  protected async adminFor(
    request: AdminRequest,
    { app, model }: { readonly app: string; readonly model: string },
  ): Promise<ModelAdmin> {
    const admin = this.site.find(app, model);
    if (admin === undefined) throw new NotFound({ what: "This page" });
    if (await admin.may(request, "view")) return admin;
    throw new PermissionDenied({ detail: `You may not see ${admin.facts.verboseNamePlural}.` });
  }
}
