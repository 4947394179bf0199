import { toError } from "../../core/index.js";
import { taskAt } from "../actions/task-at.js";
import { LiveSocket } from "./live-socket.js";

/** Tells how far the task of an action is. */
export class ProgressSocket extends LiveSocket<{ app: string; model: string }> {
  override async connect() {
    const request = await this.staff();
    const admin = await this.adminFor(request, this.params);
    const handle = await taskAt(admin, request, new URLSearchParams(this.scope.queryString));
    this.accept();
    // Beside the mailbox, which stays free for the end of the socket.
    this.#tell(handle).catch((thrown: unknown) => {
      if (!this.signal.aborted)
        this.log.warn({ err: toError(thrown) }, "the progress of an action could not be followed");
    });
  }

  async #tell(handle: Awaited<ReturnType<typeof taskAt>>): Promise<void> {
    for await (const value of handle.progress({ signal: this.signal })) {
      await this.sendJson({ type: "progress.changed", state: "running", value });
    }
    const { state, progress, error } = await handle.status();
    await this.sendJson({ type: "progress.changed", state, value: progress, error: error?.message });
  }
}
