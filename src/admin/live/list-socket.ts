import { listGroup } from "./live-groups.js";
import { LiveSocket } from "./live-socket.js";

/** How often a list is told that it is not up to date any more, in milliseconds. */
const toldEveryMs = 250;

/** Tells an open list that rows have changed: which, and what of them the user may see, she asks for by its URL. */
export class ListSocket extends LiveSocket<{ app: string; model: string }> {
  #isStale = false;

  override async connect() {
    const request = await this.staff();
    const admin = await this.adminFor(request, this.params);
    await this.join(listGroup(admin.model));
    this.accept();
    this.every(toldEveryMs, () => this.#tell());
  }

  async #tell(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    await this.sendJson({ type: "admin.changed" });
  }

  "admin.changed"(): void {
    this.#isStale = true;
  }
}
