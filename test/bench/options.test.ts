import { describe, expect, it } from "vitest";

import { BadUsage, parseCommand } from "../../bench/options.js";
import { tiny } from "./tiny-case.js";

const cases = [tiny, { ...tiny, name: "rows-1", folder: "rows" }, { ...tiny, name: "rows-32", folder: "rows" }];
const read = (line: string) => parseCommand(line.split(" ").filter(Boolean), cases);

describe("the command line of the bench", () => {
  it("measures every case when nothing is said", () => {
    expect(read("")).toMatchObject({
      command: "run",
      cases,
      isQuick: false,
      isJson: false,
      isOnlyMissing: false,
      seed: 1,
    });
  });

  it("takes cases by name and by folder, and an effort of one's own", () => {
    expect(read("--case tiny")).toMatchObject({ cases: [tiny] });
    expect(read("--case rows --rounds 2 --seconds 0.5 --seed 9")).toMatchObject({
      cases: [{ name: "rows-1" }, { name: "rows-32" }],
      effort: { rounds: 2, secondsPerRound: 0.5 },
      seed: 9,
    });
  });

  it("compares a commit with what is here, or two commits", () => {
    expect(read("compare main --case tiny")).toMatchObject({ command: "compare", before: "main", cases: [tiny] });
    expect(read("compare main next --case tiny")).toMatchObject({ before: "main", after: "next" });
  });

  it("draws reports of files", () => {
    expect(read("report a.json b.json")).toEqual({ command: "report", files: ["a.json", "b.json"], isDocs: false });
  });

  it.each([
    ["--case none", /no case none\. There are: tiny, rows-1, rows-32/],
    ["--case tiny,", /no case without a name/],
    ["--rounds 0", /--rounds must be a whole number above 0 and at most 1000, not 0/],
    ["--seconds 1e9", /--seconds must be a number above 0 and at most 3600, not 1e9/],
    ["--docs", /--docs has nothing to do with measuring/],
    ["--check --json", /--json has nothing to do with --check/],
    ["compare main --case tiny --save a.json", /--save has nothing to do with compare/],
    ["report --quick", /--quick has nothing to do with report/],
    ["--seconds soon", /--seconds must be a number/],
    ["--fast", /--fast/],
    ["faster", /no command faster/],
    ["--missing", /--missing wants --save/],
    ["compare --case tiny", /compare wants one commit, or two/],
    ["compare main", /compare wants --case/],
  ])("refuses %s with a word", (line, problem) => {
    expect(() => read(line)).toThrow(BadUsage);
    expect(() => read(line)).toThrow(problem);
  });
});
