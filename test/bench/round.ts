import type { Round } from "../../bench/figures.js";

/** A round with this figure; what a test does not look at is alike in all. */
export function round(figure: number, its: Partial<Round> = {}): Round {
  return { figure, perSecond: figure, p50Ms: 1, p99Ms: 2, lost: 0, generatorBusy: 0.5, serverBusy: 1, ...its };
}
