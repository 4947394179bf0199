import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { CannotRun, failureText, withoutStack } from "../../bench/failure.js";
import { summarise } from "../../bench/figures.js";
import { describeMachine } from "../../bench/machine.js";
import { saveResult } from "../../bench/result.js";
import { runCases } from "../../bench/run-cases.js";
import { scratch } from "../project/scratch.js";
import { round } from "./round.js";
import { tiny, tinyEffort } from "./tiny-case.js";

describe("a run of cases", () => {
  it("says that nothing is missing, and prints no table of nothing", async () => {
    const save = join(await scratch({}), "here.json");
    const measuredAt = "2026-11-21T12:00:00.000Z";
    const [commit, effort] = ["abc", tinyEffort];
    const rounds = new Map([["ours", [round(90)]]]);
    const figures = summarise(tiny, { rounds, leftOut: {} }, { measuredAt, commit, effort, seed: 1 });
    const [machine, failures] = [describeMachine(), {}];
    saveResult(save, { format: 1, machine, versions: {}, commit, measuredAt, cases: { tiny: figures }, failures });
    const said: string[] = [];
    const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const how = { isQuick: false, isJson: false, isOnlyMissing: true, isProfiled: false, seed: 1, effort };
    const code = await runCases({ command: "run", cases: [tiny], save, ...how }, (line) => void said.push(line));
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
    expect(said.at(-1)).toBe(`${save} has figures of every case that was asked for.`);
    expect(code).toBe(0);
  });
});

describe("what went wrong with a case", () => {
  it("is told with its place, unless the machine lacks something, and kept without", () => {
    const error = new TypeError("two\nlines");
    expect(failureText(error)).toMatch(/^TypeError: two\nlines\n +at .*run-cases\.test/);
    expect(withoutStack(failureText(error))).toBe("TypeError: two\nlines");
    expect(failureText(new CannotRun("There is no redis-server."))).toBe("There is no redis-server.");
    expect(failureText("nothing")).toBe("nothing");
  });
});
