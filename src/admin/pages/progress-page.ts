import { PermissionDenied } from "../../core/index.js";
import { taskAt } from "../actions/task-at.js";
import { AdminPage } from "./admin-page.js";
import { appTitle } from "./app-title.js";

/** How far the task of an action is. */
export class ProgressPage extends AdminPage<{ app: string; model: string }> {
  static override readonly depth = 3;

  get() {
    return this.forStaff(async (request) => {
      const admin = this.adminAt(this.params);
      const { verboseNamePlural, appName } = admin.facts;
      if (!(await admin.may(request, "view")))
        throw new PermissionDenied({ detail: `You may not see ${verboseNamePlural}.` });
      const { query } = this.request;
      const { state, progress, error } = await (await taskAt(admin, request, query)).status();
      const isOver = state === "succeeded" || state === "failed" || state === "cancelled";
      const action = admin.options.actions?.find(({ name }) => name === query.get("action"));
      const share = typeof progress === "number" ? progress : (progress as { readonly share?: unknown } | null)?.share;
      return this.page("admin/progress.liquid", request, {
        title: action?.label ?? "Progress",
        crumbs: [
          { label: this.site.title, url: this.urls.index },
          { label: appTitle(appName), url: this.urls.app(appName) },
          { label: admin.title, url: this.urls.list(admin) },
          { label: action?.label ?? "Progress" },
        ],
        socketUrl: `${this.urls.list(admin)}_progress/live/?${query.toString()}`,
        listUrl: this.urls.list(admin),
        value: isOver ? 1 : typeof share === "number" ? share : 0,
        text: wordsFor(state, error?.message),
        isOver,
      });
    });
  }
}

function wordsFor(state: string, error: string | undefined): string {
  if (state === "succeeded") return "Done.";
  if (state === "cancelled") return "Cancelled.";
  if (state === "failed") return error === undefined ? "Failed." : `Failed: ${error}`;
  return state === "running" ? "Running …" : "Waiting for a worker …";
}
