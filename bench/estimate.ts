import type { BenchCase, Effort } from "./case.js";
import { secondsOf } from "./effort.js";

/** A case, and for how long it is to be measured. */
export interface Planned {
  readonly benchCase: BenchCase;
  readonly effort: Effort;
}

/** After so many seconds that were to pass, how long they took says how long the rest takes. */
const believedFromSeconds = 120;

/** How long a run takes: first by what its cases say, then by how this machine does them, too. */
export class Estimate {
  readonly #seconds: readonly number[];
  readonly #total: number;

  constructor(planned: readonly Planned[]) {
    this.#seconds = planned.map(({ benchCase, effort }) => secondsOf(benchCase, effort));
    this.#total = sum(this.#seconds);
  }

  /** For the first line: "about 55 minutes for 69 cases". */
  get whole(): string {
    const count = this.#seconds.length;
    return `${about(this.#total)} for ${count} ${count === 1 ? "case" : "cases"}`;
  }

  /** Where a run is that has done so many cases in so many seconds: "12 minutes gone, about 40 to go". */
  at(done: number, goneSeconds: number): string {
    const planned = sum(this.#seconds.slice(0, done));
    const pace = planned < believedFromSeconds ? 1 : goneSeconds / planned;
    return `${minutes(goneSeconds)} gone, ${about((this.#total - planned) * pace)} to go`;
  }
}

function about(seconds: number): string {
  return seconds < 30 ? minutes(seconds) : `about ${minutes(seconds)}`;
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds / 60);
  if (whole === 0) return "less than a minute";
  return `${whole} ${whole === 1 ? "minute" : "minutes"}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
