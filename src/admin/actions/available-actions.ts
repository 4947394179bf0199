import type { AdminAction } from "../registered/action.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";

/** The name of the action that deletes the chosen rows. */
export const deleteSelected = "delete_selected";

/** What the user can do with the chosen rows in a list, or with an object on its page. */
export async function availableActions(
  admin: ModelAdmin,
  request: AdminRequest,
  place: "list" | "form",
): Promise<readonly AdminAction[]> {
  const { actions = [], deleteSelected: mayDelete = true } = admin.options;
  const found: AdminAction[] = [];
  for (const action of actions) {
    const { where = "list" } = action;
    if ((where === place || where === "both") && (await isAllowed(admin, request, action))) found.push(action);
  }
  if (place === "list" && mayDelete && (await admin.may(request, "delete"))) {
    found.push({ name: deleteSelected, label: "Delete …" });
  }
  return found;
}

async function isAllowed(
  admin: ModelAdmin,
  request: AdminRequest,
  { permissions = [] }: AdminAction,
): Promise<boolean> {
  for (const permission of permissions) {
    const isKnown = permission === "view" || permission === "add" || permission === "change" || permission === "delete";
    if (!(isKnown ? await admin.may(request, permission) : await admin.has(request, permission))) return false;
  }
  return true;
}
