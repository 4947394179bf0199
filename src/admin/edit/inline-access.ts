import type { ModelClass } from "../../orm/index.js";
import { AdminInvalid } from "../errors.js";
import { factsOf, type ModelFacts } from "../model/model-facts.js";
import type { Inline } from "../registered/inline.js";
import { ModelAdmin } from "../registered/model-admin.js";
import type { EditorOpening } from "./editor-opening.js";

/** What the user may do with the rows of an inline. */
export interface InlineAccess {
  /** The admin of its model: the registered one, or one that only knows the permissions. */
  readonly admin: ModelAdmin;
  /** The foreign key to the object. */
  readonly via: string;
  readonly mayView: boolean;
  readonly mayAdd: boolean;
  readonly mayChange: boolean;
  readonly mayDelete: boolean;
}

/** Looks at what the user may do. Who may not change the object changes nothing that belongs to it. Throws `AdminInvalid`. */
export async function inlineAccess(opening: EditorOpening, inline: Inline): Promise<InlineAccess> {
  const { admin: parent, request, site, mayChange } = opening;
  const admin = site.adminOf(inline.model) ?? new ModelAdmin(inline.model, {});
  const may = async (permission: "add" | "change" | "delete"): Promise<boolean> =>
    mayChange && (await admin.may(request, permission));
  return {
    admin,
    via: viaOf(parent.model, factsOf(inline.model), inline.options.via),
    mayView: await admin.may(request, "view"),
    mayAdd: await may("add"),
    mayChange: await may("change"),
    mayDelete: inline.options.canDelete !== false && (await may("change")) && (await may("delete")),
  };
}

/** The foreign key of an inline that leads to the object. Throws `AdminInvalid`. */
export function viaOf(parent: ModelClass, { label, options }: ModelFacts, wanted: string | undefined): string {
  const leading = options.fields.filter(
    ({ name, relation }) =>
      relation !== undefined &&
      relation.kind !== "manyToMany" &&
      (parent === relation.model || parent.prototype instanceof relation.model) &&
      (wanted === undefined || name === wanted),
  );
  const [only, another] = leading;
  if (only !== undefined && another === undefined) return only.name;
  const problem =
    only === undefined
      ? `shows ${label} on its page, which has no foreign key ${wanted === undefined ? "" : `${wanted} `}to it`
      : `shows ${label} on its page, which has several foreign keys to it; say which with via`;
  throw new AdminInvalid({ model: parent.name, problem });
}
