import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { echoOnce, loadEcho } from "../../load/websocket-load.js";

const message = JSON.stringify({ type: "chat.message", room: "lobby", text: "swing" });

/** A message of some 60 bytes sent back, on 100 sockets. */
export const websocketEcho: BenchCase = {
  name: "websocket-echo",
  title: "a short text sent back on each of 100 WebSockets; ours through a consumer",
  unit: "messages per CPU second",
  servers: ["ours", "bare"],
  async check(port) {
    equal(await echoOnce(port, "/ws/", message), message);
  },
  load: (port, seconds) => loadEcho(port, "/ws/", message, 100, seconds),
};
