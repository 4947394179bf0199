import { describe, expect, it } from "vitest";

import { effortOf, isWarm, limitMsOf, secondsOf, takesPart } from "../../bench/effort.js";
import { Estimate } from "../../bench/estimate.js";
import { servicesFor } from "../../bench/services.js";
import { tiny, tinyEffort } from "./tiny-case.js";

describe("the effort of a case", () => {
  it("is that of all, of the case, or of the command line, the last counting most", () => {
    const all = effortOf(tiny, false, {});
    expect(all.rounds).toBeGreaterThan(all.peerRounds);
    expect(effortOf({ ...tiny, effort: { rounds: 2 } }, false, {})).toMatchObject({ rounds: 2, peerRounds: 2 });
    // Who asks for a number of rounds has it of all servers.
    expect(effortOf(tiny, false, { rounds: 9 })).toMatchObject({ rounds: 9, peerRounds: 9 });
    expect(effortOf(tiny, true, { secondsPerRound: 0.5 })).toMatchObject({ rounds: 3, secondsPerRound: 0.5 });
  });

  it("spreads the rounds of peers, and has ours and bare in each", () => {
    const effort = { ...tinyEffort, rounds: 7, peerRounds: 3 };
    const roundsOf = (server: string) => [1, 2, 3, 4, 5, 6, 7].filter((round) => takesPart(server, round, effort));
    expect(roundsOf("fastify")).toEqual([3, 5, 7]);
    for (const server of ["ours", "ours-in-group", "bare"]) expect(roundsOf(server)).toHaveLength(7);
  });

  it("warms a server up until it has computed for long enough, or has waited for several times as long", () => {
    const effort = { ...tinyEffort, warmUpSeconds: 2 };
    expect(isWarm(effort, 2, 1.9)).toBe(true);
    expect(isWarm(effort, 2, 0.4)).toBe(false);
    expect(isWarm(effort, 8, 1.2)).toBe(true);
  });

  it("says how long a case takes, and when it hangs for certain", () => {
    const slow = { ...tiny, secondsBeside: { perServer: 10, perLoad: 5 } };
    expect(secondsOf(tiny, tinyEffort)).toBeLessThan(10);
    expect(secondsOf(slow, tinyEffort)).toBeGreaterThan(40);
    expect(limitMsOf(slow, tinyEffort)).toBeGreaterThan(5 * 1000 * secondsOf(slow, tinyEffort));
  });
});

describe("the estimate of a run", () => {
  const effort = { ...tinyEffort, secondsPerRound: 30 };
  const planned = Array.from({ length: 4 }, () => ({ benchCase: tiny, effort }));

  it("is said before it begins", () => {
    expect(new Estimate(planned).whole).toBe("about 8 minutes for 4 cases");
    expect(new Estimate([{ benchCase: tiny, effort: tinyEffort }]).whole).toBe("less than a minute for 1 case");
  });

  it("follows what the cases have taken so far", () => {
    const estimate = new Estimate(planned);
    expect(estimate.at(0, 0)).toBe("less than a minute gone, about 8 minutes to go");
    expect(estimate.at(2, 249)).toBe("4 minutes gone, about 4 minutes to go");
    expect(estimate.at(2, 498)).toBe("8 minutes gone, about 8 minutes to go");
  });
});

describe("the services of a run", () => {
  it("are what its cases say", () => {
    expect(servicesFor(["--case", "http-hello"])).toEqual(new Set());
    expect(servicesFor(["--case", "orm-postgres-getByPk-1"])).toEqual(new Set(["postgres"]));
    expect(servicesFor(["--check", "--case", "tasks-database"])).toEqual(new Set(["redis", "postgres"]));
    expect(servicesFor([])).toEqual(new Set(["redis", "postgres"]));
  });

  it("are none where nothing is measured", () => {
    for (const line of [["report"], ["--help"], ["--fast"], ["compare", "main"]]) {
      expect(servicesFor(line)).toEqual(new Set());
    }
  });
});
