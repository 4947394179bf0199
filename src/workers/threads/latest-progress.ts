import type { TaskProgressMessage } from "../tasks/task-messages.js";

/** Progress on its way, and who waits for that. */
interface Passage {
  message: TaskProgressMessage;
  readonly kept: Promise<void>;
  readonly resolve: () => void;
}

/** Sends a task's progress on, one at a time: of what comes while one is on its way, the latest. */
export class LatestProgress {
  readonly #post: (message: TaskProgressMessage) => void;
  #underWay: Passage | undefined;
  #next: Passage | undefined;

  constructor(post: (message: TaskProgressMessage) => void) {
    this.#post = post;
  }

  /** Resolves when this, or a later one, is kept. */
  send(message: TaskProgressMessage): Promise<void> {
    if (this.#next === undefined) {
      let resolve = (): void => {};
      const kept = new Promise<void>((resolveKept) => (resolve = resolveKept));
      this.#next = { message, kept, resolve };
    } else this.#next.message = message;
    const { kept } = this.#next;
    if (this.#underWay === undefined) this.#sendNext();
    return kept;
  }

  /** What was sent last has arrived. */
  kept(): void {
    this.#underWay?.resolve();
    this.#sendNext();
  }

  /** The run is over: what waits goes now. */
  flush(): void {
    if (this.#next !== undefined) this.#post(this.#next.message);
    this.#next = undefined;
  }

  #sendNext(): void {
    this.#underWay = this.#next;
    this.#next = undefined;
    if (this.#underWay !== undefined) this.#post(this.#underWay.message);
  }
}
