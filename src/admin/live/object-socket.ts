import { NotFound, PermissionDenied } from "../../core/index.js";
import { keyText } from "../../orm/index.js";
import { valueOf } from "../model/rows.js";
import { keyFromUrl } from "../pages/url-key.js";
import { objectGroup } from "./live-groups.js";
import { LiveSocket } from "./live-socket.js";

/** Tells the page of an object who else has it open, and that it was changed or deleted. */
export class ObjectSocket extends LiveSocket<{ app: string; model: string; key: string }> {
  override async connect() {
    const request = await this.staff();
    const admin = await this.adminFor(request, this.params);
    const { facts } = admin;
    const key = keyFromUrl(this.params.key, facts.options.field(facts.keyName));
    const row = key === undefined ? null : await admin.rows(request).filterBy({ pk: key }).first();
    if (row === null) throw new NotFound({ what: `This ${facts.verboseName}` });
    if (!(await admin.may(request, "view", row))) {
      throw new PermissionDenied({ detail: `You may not see this ${facts.verboseName}.` });
    }
    const { user } = request;
    await this.join(objectGroup(admin.model, valueOf(row, "pk")), {
      presence: { name: user.displayName },
      person: keyText(user.pk),
    });
    this.accept();
  }

  "admin.changed"({ isDeleted }: { readonly isDeleted: boolean }) {
    return this.sendJson({ type: "admin.changed", isDeleted });
  }
}
