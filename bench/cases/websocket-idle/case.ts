import { ok } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadIdle } from "../../load/idle-load.js";
import { type Opening, socketIoOpening } from "../../load/open-socket.js";

const plain: Opening = { path: "/ws/" };

/** What a socket costs that says nothing. */
export const websocketIdle: BenchCase = {
  name: "websocket-idle",
  title:
    "what JavaScript holds for each of 2,000 idle WebSockets; ours with a consumer, and one in a group. Less is better",
  unit: "bytes per socket",
  isCounted: true,
  isLessBetter: true,
  // A count that hardly varies; it takes as long as the sockets take.
  effort: { rounds: 3, secondsPerRound: 0, warmUpSeconds: 1 },
  secondsBeside: { perLoad: 0.8 },
  servers: ["ours", "ours-in-group", "bare", "ws", "socket-io"],
  async check(port, server) {
    const { done } = await loadIdle(port, forServer(server), 1, async () => 0);
    ok(done === 0);
  },
  load: (port, _seconds, server, _began, memory) => loadIdle(port, forServer(server), 2000, memory),
};

function forServer(server: string): Opening {
  return server === "socket-io" ? socketIoOpening : plain;
}
