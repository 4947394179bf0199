import { getLogger, toError } from "../../core/index.js";
import { Backoff } from "./backoff.js";
import type { ProcessEnd, ServingProcess } from "./serving-process.js";

/** How a supervisor works. */
export interface SupervisorOptions {
  /** How many processes serve. */
  readonly count: number;
  readonly spawn: () => ServingProcess;
  /** How long a process may take to stop before it is killed, in milliseconds. */
  readonly stopWithinMs: number;
}

/** One of the places that are always to be filled. */
interface Place {
  process: ServingProcess | undefined;
  readonly backoff: Backoff;
  timer: NodeJS.Timeout | undefined;
  /** A successor is being started by a restart of all. */
  isBeingReplaced: boolean;
}

/** Keeps several processes serving: starts them, starts those that die again, replaces them one by one, stops them. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #places: readonly Place[];
  readonly #alive = new Set<ServingProcess>();
  #isStopping = false;
  #restarting: Promise<void> | undefined;
  #restartAgain = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.count }, () => ({
      process: undefined,
      backoff: new Backoff(),
      timer: undefined,
      isBeingReplaced: false,
    }));
  }

  /**
   * Starts the first process, and when it serves, the others. Resolves with its address when all serve. Rejects with
   * `ProcessNotServing` when one of them ends before; it has said why.
   */
  async start(): Promise<string> {
    let url = "";
    // One first: what it has to make it makes once, and what is wrong with the settings is said once.
    for (const place of this.#places.slice(0, 1)) url = await this.#fill(place).serving;
    await Promise.all(this.#places.slice(1).map((place) => this.#fill(place).serving));
    return url;
  }

  /** Replaces each process in turn, when its successor serves. Where one does not start, the rest stay as they are. */
  restart(): Promise<void> {
    if (this.#restarting !== undefined) {
      this.#restartAgain = true;
      return this.#restarting;
    }
    this.#restarting = this.#restartAll().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** Stops all of them. Resolves with whether each ended by itself. */
  async stop(): Promise<boolean> {
    this.#isStopping = true;
    for (const { timer } of this.#places) clearTimeout(timer);
    const ends = await Promise.all([...this.#alive].map((process) => process.stop(this.#options.stopWithinMs)));
    // One that was only starting has no say in how it ends.
    return ends.every(({ code, signal }) => code === 0 || signal === "SIGTERM");
  }

  /** Ends all of them at once. */
  kill(): void {
    for (const process of this.#alive) process.kill();
  }

  async #restartAll(): Promise<void> {
    do {
      this.#restartAgain = false;
      getLogger().info({ processes: this.#places.length }, "the processes are replaced one by one");
      for (const place of this.#places) {
        if (this.#isStopping || !(await this.#replace(place))) return;
      }
      getLogger().info({ processes: this.#places.length }, "all processes were replaced");
    } while (this.#restartAgain);
  }

  async #replace(place: Place): Promise<boolean> {
    const old = place.process;
    clearTimeout(place.timer);
    place.isBeingReplaced = true;
    const next = this.#spawn();
    try {
      await next.serving;
    } catch (thrown) {
      getLogger().error({ err: toError(thrown) }, "the new process did not start; those that serve go on");
      place.isBeingReplaced = false;
      if (old === undefined || !this.#alive.has(old)) this.#refillLater(place, 0);
      return false;
    }
    place.isBeingReplaced = false;
    this.#take(place, next);
    if (old !== undefined && this.#alive.has(old)) void old.stop(this.#options.stopWithinMs);
    return !this.#isStopping;
  }

  #spawn(): ServingProcess {
    const process = this.#options.spawn();
    this.#alive.add(process);
    void process.exited.then(() => this.#alive.delete(process));
    return process;
  }

  #fill(place: Place): ServingProcess {
    const process = this.#spawn();
    this.#take(place, process);
    return process;
  }

  #take(place: Place, process: ServingProcess): void {
    place.process = process;
    void process.exited.then((end) => {
      if (place.process === process) this.#ended(place, process, end);
    });
  }

  #ended(place: Place, { pid }: ServingProcess, { code, signal, afterMs }: ProcessEnd): void {
    place.process = undefined;
    if (this.#isStopping) return;
    const inMs = place.backoff.next(afterMs);
    getLogger().error({ pid, code, signal, inMs }, "a process has ended and is started again");
    if (!place.isBeingReplaced) this.#refillLater(place, inMs);
  }

  #refillLater(place: Place, inMs: number): void {
    clearTimeout(place.timer);
    place.timer = setTimeout(() => {
      if (!this.#isStopping && place.process === undefined) this.#fill(place);
    }, inMs);
  }
}
