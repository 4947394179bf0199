/** Of each doubling so many steps are told apart: a percentile is right within 1.1 %. */
const steps = 32;
/** From a microsecond to over an hour. */
const size = steps * 32;

/** How long things took, in buckets: of any number of them it takes the same memory. */
export class Latencies {
  readonly #counts = new Uint32Array(size);
  #total = 0;

  add(ms: number): void {
    const step = Math.floor(Math.log2(Math.max(1, ms * 1000)) * steps);
    const index = Math.min(size - 1, step);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  /** The milliseconds that a share of all stayed within; null where nothing was timed. */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.ceil(share * this.#total);
    for (let index = 0; index < size; index++) {
      left -= this.#counts[index] ?? 0;
      if (left <= 0) return 2 ** ((index + 0.5) / steps) / 1000;
    }
    return null;
  }
}
