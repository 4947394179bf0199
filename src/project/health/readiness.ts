import { getLogger, toError } from "../../core/index.js";
import type { HealthCheck, HealthOutcome } from "./health-check.js";

/** How long an outcome counts: whoever asks often must not keep the database busy. */
const keepMs = 1000;
const defaultTimeoutMs = 2000;

/** Whether this process can work: by its checks, until it is about to stop. */
export class Readiness {
  readonly #checks: readonly HealthCheck[];
  #isStopping = false;
  #last: Promise<readonly HealthOutcome[]> | undefined;
  #askedAt = 0;
  #failing = new Set<string>();

  constructor(checks: readonly HealthCheck[]) {
    this.#checks = checks;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** From now on the process is not ready, whatever its checks say. */
  stop(): void {
    this.#isStopping = true;
  }

  /** The outcomes of all checks, at most a second old. Never rejects. */
  look(): Promise<readonly HealthOutcome[]> {
    const now = performance.now();
    if (this.#last === undefined || now - this.#askedAt > keepMs) {
      this.#askedAt = now;
      this.#last = Promise.all(this.#checks.map((check) => this.#run(check)));
    }
    return this.#last;
  }

  async #run(check: HealthCheck): Promise<HealthOutcome> {
    const began = performance.now();
    const { name, timeoutMs = defaultTimeoutMs } = check;
    const timeUp = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        Promise.resolve(check.check(timeUp.signal)),
        new Promise((_resolve, reject) => {
          timer = setTimeout(() => reject(new Error(`nothing came within ${timeoutMs} ms`)), timeoutMs);
        }),
      ]);
      this.#turned(name, undefined);
      return { name, isWell: true, tookMs: Math.round(performance.now() - began) };
    } catch (thrown) {
      this.#turned(name, toError(thrown));
      return { name, isWell: false, tookMs: Math.round(performance.now() - began) };
    } finally {
      clearTimeout(timer);
      timeUp.abort();
    }
  }

  /** Logs what changes, not each look. */
  #turned(name: string, error: Error | undefined): void {
    if (error !== undefined && !this.#failing.has(name)) {
      this.#failing.add(name);
      getLogger().error({ err: error, check: name }, "a health check fails; this process is not ready");
    } else if (error === undefined && this.#failing.delete(name)) {
      getLogger().info({ check: name }, "a health check passes again");
    }
  }
}
