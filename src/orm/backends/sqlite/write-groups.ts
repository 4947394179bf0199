import type { Statement } from "../../compiler/statement.js";
import { abortedBy } from "../aborted.js";
import type { MaybePromise, QueryResult } from "../backend.js";

type Run = (statement: Statement, parameters: readonly unknown[]) => QueryResult;
type RunAlone = (statement: Statement, parameters: readonly unknown[]) => MaybePromise<QueryResult>;

interface Write {
  readonly statement: Statement;
  readonly parameters: readonly unknown[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: MaybePromise<QueryResult>) => void;
  readonly reject: (thrown: unknown) => void;
}

/** Every so many writes it is seen whether others come at the same time. */
const watchEvery = 8;
/** For how many turns of the microtask queue a write waits for others: about as many as lie between two of a flow. */
const turnsToWait = 8;
/** After so many writes for which nobody came along, none waits any more. */
const maxLonely = 4;
/** With so many nobody else is waited for. Bounds how long the process does nothing else. */
const maxTogether = 500;

/**
 * Writes of several flows of code that come at the same time, such as those of a `Promise.all`, committed together: most
 * of what a small write costs is its commit. Each has its own outcome nevertheless, and it is told when all of it is
 * committed. What one flow writes, a statement after the other, does not come by here.
 */
export class WriteGroups {
  readonly #run: Run;
  readonly #runAlone: RunAlone;
  #waiting: Write[] = [];
  #turnsLeft = 0;
  #isGrouping = false;
  #isWatching = false;
  #untilWatch = 0;
  #lonely = 0;

  /** `run` runs a statement on the connection at once, `runAlone` also waits for other processes. */
  constructor(run: Run, runAlone: RunAlone) {
    this.#run = run;
    this.#runAlone = runAlone;
  }

  /** To be asked once for each write: whether it is to be added to a group. */
  isToWait(): boolean {
    if (this.#isGrouping) return true;
    if (this.#isWatching) {
      // Whoever wrote before could not go on since then: this is another.
      this.#isGrouping = true;
      this.#lonely = 0;
      return true;
    }
    this.#untilWatch--;
    if (this.#untilWatch > 0) return false;
    this.#untilWatch = watchEvery;
    this.#isWatching = true;
    queueMicrotask(this.#endWatch);
    return false;
  }

  readonly #endWatch = (): void => {
    this.#isWatching = false;
  };

  /** Runs the statement together with others, in the order in which they come. */
  add(statement: Statement, parameters: readonly unknown[], signal: AbortSignal | undefined): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ statement, parameters, signal, resolve, reject });
      if (count >= maxTogether) this.flush();
      else if (count === 1) {
        this.#turnsLeft = turnsToWait;
        queueMicrotask(this.#wait);
      }
    });
  }

  readonly #wait = (): void => {
    if (this.#waiting.length === 0) return;
    this.#turnsLeft--;
    if (this.#turnsLeft > 0) return queueMicrotask(this.#wait);
    this.#lonely = this.#waiting.length === 1 ? this.#lonely + 1 : 0;
    if (this.#lonely >= maxLonely) this.#isGrouping = false;
    this.flush();
  };

  /** Runs what waits: before anything that must find it written. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    const writes = waiting.filter(({ signal, statement, reject }) => {
      if (signal?.aborted !== true) return true;
      reject(abortedBy(signal, statement.sql));
      return false;
    });
    if (writes.length > 1 && this.#runTogether(writes)) return;
    for (const { statement, parameters, resolve, reject } of writes) {
      try {
        resolve(this.#runAlone(statement, parameters));
      } catch (thrown) {
        reject(thrown);
      }
    }
  }

  /** False when any of it failed; then nothing was written, and each is to be tried by itself. */
  #runTogether(writes: readonly Write[]): boolean {
    const results: QueryResult[] = [];
    try {
      this.#run(begin, []);
    } catch {
      return false;
    }
    try {
      for (const { statement, parameters } of writes) results.push(this.#run(statement, parameters));
      this.#run(commit, []);
    } catch {
      this.#rollBack();
      return false;
    }
    for (const [at, result] of results.entries()) writes[at]?.resolve(result);
    return true;
  }

  #rollBack(): void {
    try {
      this.#run(rollback, []);
    } catch {
      // After some errors SQLite has rolled back by itself.
    }
  }
}

const [begin, commit, rollback] = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"].map((sql): Statement => ({
  sql,
  parameters: [],
  access: "write",
  hasRows: false,
})) as [Statement, Statement, Statement];
