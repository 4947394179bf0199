import { NotFound } from "../../core/index.js";
import type { ActionTask } from "../registered/action.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { availableActions } from "./available-actions.js";

/** The task that a URL names, of an action that is for this user. Throws `NotFound`. */
export async function taskAt(
  admin: ModelAdmin,
  request: AdminRequest,
  query: URLSearchParams,
): Promise<ReturnType<ActionTask["handle"]>> {
  const actions = [
    ...(await availableActions(admin, request, "list")),
    ...(await availableActions(admin, request, "form")),
  ];
  const task = actions.find(({ name }) => name === query.get("action"))?.task;
  const id = query.get("task") ?? "";
  if (task === undefined || !/^[\w.:-]{1,100}$/.test(id)) throw new NotFound({ what: "This task" });
  return task.handle(id);
}
