import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { summarise } from "../../bench/figures.js";
import {
  assertWritable,
  type BenchResult,
  hasFiguresOf,
  jsonOf,
  mergeResults,
  readResult,
  resultSchema,
  savedResult,
  saveResult,
} from "../../bench/result.js";
import { scratch } from "../project/scratch.js";
import { round } from "./round.js";
import { tiny, tinyEffort } from "./tiny-case.js";

const machine = { cpu: "a processor", cores: 2, memoryGiB: 4, system: "linux 6", isPinned: true };

function result(names: readonly string[], its: Partial<BenchResult> = {}): BenchResult {
  const rounds = new Map([
    ["ours", [round(90), round(81)]],
    ["bare", [round(100), round(90)]],
  ]);
  const measuredAt = "2026-11-21T12:00:00.000Z";
  const figures = summarise(tiny, { rounds, leftOut: {} }, { measuredAt, commit: "abc", effort: tinyEffort, seed: 7 });
  const cases = Object.fromEntries(names.map((name) => [name, figures]));
  return { format: 1, machine, versions: { node: "20.19.0" }, commit: "abc", measuredAt, cases, failures: {}, ...its };
}

describe("the document of a run", () => {
  it("is read again as it was saved", async () => {
    const file = join(await scratch(), "result.json");
    expect(savedResult(file)).toBeUndefined();
    saveResult(file, result(["a", "b"]));
    expect(readResult(file)).toEqual(JSON.parse(jsonOf(result(["a", "b"]))));
  });

  it("holds for each case what a reader asks for", () => {
    const { cases } = resultSchema.parse(JSON.parse(jsonOf(result(["a"]))));
    expect(Object.keys(cases["a"] ?? {})).toEqual(
      expect.arrayContaining(["ours", "bare", "peers", "ratio", "spread", "lost", "p50", "p99", "cpuSecondsPerUnit"]),
    );
  });

  it("is read where it was written before peers had a number of rounds of their own", () => {
    const { cases, ...others } = JSON.parse(jsonOf(result(["a"]))) as { cases: { a: { effort: object } } };
    const { peerRounds: _, ...effort } = cases.a.effort as { peerRounds: number };
    const read = resultSchema.parse({ ...others, cases: { a: { ...cases.a, effort } } });
    expect(read.cases["a"]?.effort).toEqual(tinyEffort);
  });

  it("goes into a folder that is made for it, and is refused before the run where it cannot", async () => {
    const directory = await scratch({ file: "no folder" });
    assertWritable(join(directory, "new/folder/result.json"));
    saveResult(join(directory, "new/folder/result.json"), result(["a"]));
    expect(readResult(join(directory, "new/folder/result.json")).commit).toBe("abc");
    expect(() => assertWritable(join(directory, "file/result.json"))).toThrow(
      /result\.json cannot be written: ENOTDIR/,
    );
  });

  it("can be read again where a server of it did nothing at all", () => {
    const rounds = new Map([
      ["ours", [round(90)]],
      ["bare", [round(0)]],
      ["fastify", [round(0)]],
    ]);
    const its = { measuredAt: "2026-11-21T12:00:00.000Z", commit: "abc", effort: tinyEffort, seed: 7 };
    const cases = { a: summarise(tiny, { rounds, leftOut: {} }, its) };
    const read = resultSchema.parse(JSON.parse(jsonOf(result([], { cases }))));
    expect(read.cases["a"]).toMatchObject({ ratio: null, toPeers: {} });
  });

  it("is refused with the place where it is wrong", async () => {
    const directory = await scratch({ "other.json": '{ "format": 1 }', "broken.json": "{" });
    expect(() => readResult(join(directory, "other.json"))).toThrow(
      /other\.json is no result of the bench:[^]*machine/,
    );
    expect(() => readResult(join(directory, "broken.json"))).toThrow(/broken\.json cannot be read as JSON/);
    expect(() => readResult(join(directory, "none.json"))).toThrow(/none\.json cannot be read/);
  });

  it("takes newer figures over older, case by case, and forgets a failure that was mended", () => {
    const older = result(["a", "b"], {
      failures: { c: "it broke", d: "it broke" },
      versions: { node: "1", hono: "4" },
    });
    const newer = result(["b", "c"], { commit: "def", failures: { a: "it hung" } });
    const merged = mergeResults(older, newer);
    expect(Object.keys(merged.cases).sort()).toEqual(["a", "b", "c"]);
    expect(merged.commit).toBe("def");
    expect(merged.versions).toEqual({ node: "20.19.0", hono: "4" });
    expect(merged.failures).toEqual({ a: "it hung", d: "it broke" });
  });

  it("misses what failed since, and what was measured for less long", () => {
    const saved = result(["a", "b"], { failures: { b: "it hung" } });
    expect(hasFiguresOf(saved, "a", tinyEffort)).toBe(true);
    expect(hasFiguresOf(saved, "b", tinyEffort)).toBe(false);
    expect(hasFiguresOf(saved, "c", tinyEffort)).toBe(false);
    expect(hasFiguresOf(saved, "a", { ...tinyEffort, rounds: 3 })).toBe(false);
    expect(hasFiguresOf(saved, "a", { ...tinyEffort, secondsPerRound: 1 })).toBe(false);
  });

  it("is not mixed with that of another machine", () => {
    const other = result(["a"], { machine: { ...machine, cpu: "another" } });
    expect(() => mergeResults(result(["a"]), other)).toThrow(/two machines \(a processor, 2 cores, 4 GiB; another/);
  });
});
