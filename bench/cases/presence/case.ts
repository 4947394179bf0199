import { deepEqual } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { joinOnce, loadPresence } from "../../load/presence-load.js";

/** People who come and go in a room in which others are. */
export const presence: BenchCase = {
  name: "presence",
  title:
    "people join a room of 100 and leave it; all are told over Redis who comes and goes, and who comes who is there",
  unit: "joins and leaves per CPU second",
  servers: ["ours", "bare"],
  needs: ["redis"],
  secondsBeside: { perLoad: 2 },
  async check(port) {
    deepEqual(await joinOnce(port), new Set(["django"]));
  },
  load: (port, seconds, _server, began) => loadPresence(port, 100, 20, seconds, began),
};
