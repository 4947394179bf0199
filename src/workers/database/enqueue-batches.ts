import { AsyncLocalStorage } from "node:async_hooks";

import type { TaskJob } from "../backend.js";
import { TaskBackendUnavailable } from "../errors.js";

type Standing = ReadonlyMap<string, string> | undefined;

/** One call of `enqueue`. */
interface Call {
  readonly jobs: readonly TaskJob[];
  readonly resolve: (standing: Standing) => void;
  readonly reject: (error: unknown) => void;
}

/** How many tasks go to the database together, at most; above that another statement begins. */
const maxTogether = 500;

/** Writes what many enqueue in the same turn of the event loop at once, as a statement costs more than a row. */
export class EnqueueBatches {
  readonly #write: (jobs: readonly TaskJob[]) => Promise<Standing>;
  #calls: Call[] = [];
  #isPlanned = false;
  /** Statements belong to nobody: not to the request that happened to come first. */
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(write: (jobs: readonly TaskJob[]) => Promise<Standing>) {
    this.#write = write;
  }

  add(jobs: readonly TaskJob[]): Promise<Standing> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ jobs, resolve, reject });
      if (this.#isPlanned) return;
      this.#isPlanned = true;
      this.#outside(() => setImmediate(() => this.#flush()));
    });
  }

  #flush(): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#isPlanned = false;
    let together: Call[] = [];
    let count = 0;
    for (const call of calls) {
      if (count > 0 && count + call.jobs.length > maxTogether) {
        void this.#writeTogether(together);
        together = [];
        count = 0;
      }
      together.push(call);
      count += call.jobs.length;
    }
    void this.#writeTogether(together);
  }

  async #writeTogether(calls: readonly Call[]): Promise<void> {
    try {
      const standing = await this.#write(calls.flatMap(({ jobs }) => jobs));
      for (const { jobs, resolve } of calls) resolve(ofThese(jobs, standing));
    } catch (thrown) {
      // One that the database refuses is not to take the others with it.
      if (calls.length > 1 && !(thrown instanceof TaskBackendUnavailable)) {
        for (const call of calls) void this.#writeTogether([call]);
      } else for (const { reject } of calls) reject(thrown);
    }
  }
}

function ofThese(jobs: readonly TaskJob[], standing: Standing): Standing {
  if (standing === undefined) return undefined;
  const own = new Map<string, string>();
  for (const { id } of jobs) {
    const holder = standing.get(id);
    if (holder !== undefined) own.set(id, holder);
  }
  return own.size === 0 ? undefined : own;
}
