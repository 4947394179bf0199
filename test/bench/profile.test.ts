import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { flameGraph } from "../../bench/flame-graph.js";
import { hottest } from "../../bench/hottest.js";
import { type CpuProfile, endProfile, startProfile } from "../../bench/profile.js";
import { scratch } from "../project/scratch.js";

const frame = (functionName: string, url = "file:///app/src/orm/rows.js", lineNumber = 9) => ({
  functionName,
  url,
  lineNumber,
});

/** The root calls `page`, which calls `query` and a nameless function; besides, it waits. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)", ""), children: [2, 5] },
    { id: 2, callFrame: frame("page"), children: [3, 4] },
    { id: 3, callFrame: frame("query<T>") },
    { id: 4, callFrame: frame("", "node:net", 0) },
    { id: 5, callFrame: frame("(idle)", "") },
  ],
  samples: [2, 3, 3, 4, 5],
  timeDeltas: [100, 300, 300, 300, 9000],
};

describe("a profile", () => {
  it("is noted by the process itself, and what was before a new beginning is forgotten", async () => {
    const file = join(await scratch(), "own.cpuprofile");
    await startProfile();
    await startProfile();
    await endProfile(file);
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
    expect(nodes[0]?.callFrame.functionName).toBe("(root)");
    expect(samples).toHaveLength(timeDeltas.length);
    await expect(endProfile(file)).rejects.toThrow("no profile was begun");
  });

  it("says which functions took the time that was not waited", () => {
    expect(hottest(profile, 2)).toEqual([
      { name: "query<T>", place: "orm/rows.js:10", share: 0.6 },
      { name: "(anonymous)", place: "node:net:1", share: 0.3 },
    ]);
  });

  it("is drawn with each function as wide as it ran, callees above", () => {
    const drawn = flameGraph(profile, "a <case>");
    expect(drawn).toContain("<title>a &lt;case&gt;</title>");
    expect(drawn).toContain("<title>page orm/rows.js:10 100.0 %</title>");
    expect(drawn).toContain("<title>query&lt;T&gt; orm/rows.js:10 60.0 %</title>");
    expect(drawn).toContain('width="960.0"');
    expect(drawn).not.toContain("idle");
  });
});
