import { expect, test } from "vitest";

import { acts } from "./acts.js";
import { runAct } from "./chaos.js";

// The short form of `npm run chaos:layer`.
const load = { clients: 24, clientsPerRoom: 8, everyMs: 200, calmMs: 800 };

test.each(Object.entries(acts(1500)))(
  "%s: no message of a group with history is lost, doubled or reordered, nothing crashes, and who misses something is told",
  async (_name, act) => {
    const outcome = await runAct(act, load);
    const told = act.isDurable ? 0 : load.clients;
    expect(outcome).toMatchObject({ lost: 0, doubled: 0, reordered: 0, crashed: 0, told });
    if (act.keepsSockets === true) expect(outcome.returns).toBe(0);
    expect(outcome.sent).toBeGreaterThan(load.clients);
  },
  240_000,
);
