import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { BenchCase } from "../../bench/case.js";
import { median, ratioOf, spreadOf, summarise } from "../../bench/figures.js";
import { round } from "./round.js";

const benchCase: BenchCase = {
  name: "tiny",
  title: "a number",
  unit: "requests per CPU second",
  servers: ["ours", "bare", "peer"],
  check: () => Promise.resolve(),
  load: () => Promise.reject(new Error("not in this test")),
};
const circumstances = {
  measuredAt: "2026-11-21T12:00:00.000Z",
  commit: "abc",
  effort: { rounds: 3, peerRounds: 3, secondsPerRound: 1, warmUpSeconds: 1 },
  seed: 1,
};

describe("the figures of a case", () => {
  it("are medians: the middle value, or the mean of the two in the middle", () => {
    expect(median([3, 1, 100])).toBe(3);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it("lie between the lowest and the highest, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (values) => {
        const [lowest, highest] = spreadOf(values);
        expect(median(values)).toBeGreaterThanOrEqual(lowest);
        expect(median(values)).toBeLessThanOrEqual(highest);
        expect(median(values.toReversed())).toBe(median(values));
      }),
    );
  });

  it("have a ratio of neighbouring rounds, so that a machine that slows down for all changes nothing", () => {
    const ours = [round(90), round(45), round(9)];
    const bare = [round(100), round(50), round(10)];
    expect(ratioOf(ours, bare)).toEqual({ ratio: 0.9, spread: [0.9, 0.9] });
    expect(ratioOf(ours, [])).toBeUndefined();
    // A peer that sat out the first two is beside the third alone.
    expect(ratioOf(ours, [null, null, round(3)])).toEqual({ ratio: 3, spread: [3, 3] });
  });

  it("say what each server reached, and what ours is beside each", () => {
    const rounds = new Map([
      ["ours", [round(100, { lost: 1 }), round(80), round(90, { lost: 2 })]],
      ["bare", [round(100), round(100), round(100)]],
      ["peer", [round(50), null, round(30)]],
    ]);
    const figures = summarise(benchCase, { rounds, leftOut: { django: "it is not installed" } }, circumstances);
    expect(figures).toMatchObject({
      ours: 90,
      bare: 100,
      peers: { peer: 40 },
      ratio: 0.9,
      spread: [0.8, 1],
      toPeers: { peer: { ratio: 2.5, spread: [2, 3] } },
      lost: 3,
      p50: 1,
      p99: 2,
      cpuSecondsPerUnit: 1 / 90,
      isGeneratorSaturated: false,
      leftOut: { django: "it is not installed" },
    });
  });

  it("say when the load was what could not do more", () => {
    const rounds = new Map([
      ["ours", [round(1)]],
      ["bare", [round(1, { generatorBusy: 0.97 })]],
    ]);
    const figures = summarise(benchCase, { rounds, leftOut: {} }, circumstances);
    expect(figures.generatorBusy).toBe(0.97);
    expect(figures.isGeneratorSaturated).toBe(true);
  });

  it("of a case that counts have no CPU seconds, and of what nobody timed no latency", () => {
    const rounds = new Map([["ours", [round(1600, { p50Ms: 0, p99Ms: Number.NaN })]]]);
    const figures = summarise({ ...benchCase, isCounted: true }, { rounds, leftOut: {} }, circumstances);
    expect(figures).toMatchObject({ cpuSecondsPerUnit: null, p50: null, p99: null, bare: null, ratio: null });
  });
});
