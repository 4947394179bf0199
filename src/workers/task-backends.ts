import type { TaskBackend } from "./backend.js";
import { TaskBackendMissing } from "./errors.js";

/** The task backends of a process, by alias. The one called `default` is used where a task names none. */
export class TaskBackends {
  readonly #backends = new Map<string, TaskBackend>();

  /** Gives `alias` to a backend. Returns the one that had it; it stays open. */
  set(alias: string, backend: TaskBackend): TaskBackend | undefined {
    const previous = this.#backends.get(alias);
    this.#backends.set(alias, backend);
    return previous;
  }

  /** The backend called `alias`, or `undefined`. */
  get(alias = "default"): TaskBackend | undefined {
    return this.#backends.get(alias);
  }

  /** As `get`, but throws `TaskBackendMissing` where there is none. */
  require(alias = "default"): TaskBackend {
    const backend = this.#backends.get(alias);
    if (backend === undefined) throw new TaskBackendMissing({ alias });
    return backend;
  }

  /** The aliases of all, the oldest first. */
  aliases(): readonly string[] {
    return [...this.#backends.keys()];
  }

  /** Takes the alias away. Returns the backend that had it; it stays open. */
  remove(alias: string): TaskBackend | undefined {
    const backend = this.#backends.get(alias);
    this.#backends.delete(alias);
    return backend;
  }

  /** Closes every backend and forgets all of them. */
  async closeAll(): Promise<void> {
    const backends = [...this.#backends.values()];
    this.#backends.clear();
    await Promise.all(backends.map((backend) => backend.close()));
  }
}

/** The task backends of this process. */
export const taskBackends = new TaskBackends();
