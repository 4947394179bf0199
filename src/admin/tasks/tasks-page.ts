import { PermissionDenied } from "../../core/index.js";
import { taskBackends, TaskGone } from "../../workers/index.js";
import { AdminPage } from "../pages/admin-page.js";
import { notify } from "../pages/notices.js";
import type { AdminRequest } from "../registered/admin-request.js";
import { queueRows, readTaskChoice, type TaskChoice, taskQuery, taskRows } from "./tasks-context.js";

const title = "Background tasks";

/** What the queues have: for superusers, since the arguments of tasks may hold anything. */
export class TasksPage extends AdminPage {
  static override readonly depth = 1;

  get() {
    return this.forStaff(async (request) => {
      requireSuperuser(request);
      const choice = readTaskChoice(this.request.query);
      return this.page("admin/tasks.liquid", request, {
        title,
        crumbs: [{ label: this.site.title, url: this.urls.index }, { label: title }],
        queues: await queueRows(choice),
        choice,
        list: choice && (await taskRows(choice)),
      });
    });
  }

  post() {
    return this.forStaff(async (request) => {
      requireSuperuser(request);
      const choice = readTaskChoice(this.request.query);
      const form = await this.request.form();
      if (choice !== undefined) await this.#change(choice, form.get("do") ?? "", form.get("task") ?? "");
      return this.redirect(`${this.urls.tasks}${choice === undefined ? "" : taskQuery(choice)}`, { status: 303 });
    });
  }

  async #change({ backend: alias, queue }: TaskChoice, what: string, id: string): Promise<void> {
    const backend = taskBackends.require(alias);
    const change = /^[\w.:-]{1,100}$/.test(id) ? changes.get(what) : undefined;
    if (change === undefined) return;
    const isDone = await change.make(backend, { id, queue });
    await notify(this.scope, isDone ? "success" : "warning", `${isDone ? change.done : change.refused}: ${id}.`);
  }
}

type Backend = ReturnType<typeof taskBackends.require>;

interface Change {
  make(backend: Backend, task: { readonly id: string; readonly queue: string }): Promise<boolean>;
  readonly done: string;
  readonly refused: string;
}

const changes = new Map<string, Change>([
  [
    "retry",
    {
      make: ({ inspection }, task) => inspection.retry(task),
      done: "The task runs again",
      refused: "It is not there any more, or another task has its unique key",
    },
  ],
  [
    "cancel",
    {
      make: (backend, task) => backend.cancel(task).catch(goneIsFalse),
      done: "The task was cancelled, or asked to end",
      refused: "It is over already",
    },
  ],
  [
    "forget",
    {
      make: ({ inspection }, task) => inspection.remove(task),
      done: "The task was forgotten",
      refused: "It is not there any more, or not over",
    },
  ],
]);

function goneIsFalse(thrown: unknown): false {
  if (thrown instanceof TaskGone) return false;
  throw thrown;
}

function requireSuperuser({ user }: AdminRequest): void {
  if (!user.isSuperuser) throw new PermissionDenied({ detail: "Tasks are for superusers to look at." });
}
