import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadRecovery, type Loss } from "../../load/recovery-load.js";
import { ourRoamer, plainRoamer, type Roamer, socketIoRoamer } from "../../load/roaming.js";

/** How much of what was said while lines come and go is heard. */
export const recovery: readonly BenchCase[] = [
  makeCase("recovery", "cut", 500, "what 500 clients hear that each lose their line for 2 s of every 5"),
  makeCase(
    "recovery-unnoticed",
    "unnoticed",
    500,
    "the same, but the server does not notice that the old lines are dead",
  ),
  {
    ...makeCase("recovery-5000", "together", 5000, "what 5,000 clients hear that lose their lines at once for 2 s"),
    // `drop` leaves it out.
    folder: "recovery-5000",
  },
];

function makeCase(name: string, loss: Loss, clients: number, what: string): BenchCase {
  return {
    name,
    folder: "recovery",
    title: `${what}; ours with history, bare with nothing`,
    unit: "percent delivered",
    isCounted: true,
    effort: { rounds: 1, secondsPerRound: 15, warmUpSeconds: 0 },
    secondsBeside: { perServer: 2, perLoad: loss === "together" ? 20 : 4 },
    quickEffort: { rounds: 1, secondsPerRound: 4, warmUpSeconds: 0 },
    servers: ["ours", "ours-without-history", "bare", "socket-io"],
    needs: ["redis"],
    async check(port, server) {
      const { done } = await loadRecovery(() => makeRoamer(port, server), 2, 0.2, "none");
      equal(done, 100);
    },
    load: (port, seconds, server) => loadRecovery(() => makeRoamer(port, server), clients, seconds, loss),
  };
}

function makeRoamer(port: number, server: string): Roamer {
  if (server === "ours") return ourRoamer(port);
  return server === "bare" || server === "ours-without-history" ? plainRoamer(port) : socketIoRoamer(port);
}
