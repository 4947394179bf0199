import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { type Echo, echoOnce, loadEcho } from "../../load/echo-load.js";

const message = JSON.stringify({ type: "chat.message", room: "lobby", text: "swing" });
const echo: Echo = { opening: { path: "/ws/" }, says: message, hears: message };

/** A message read as JSON and written as JSON again, as nearly every socket of a site does it. */
export const websocketEchoJson: BenchCase = {
  name: "websocket-echo-json",
  title: "JSON read, and sent back as JSON, on each of 100 WebSockets; ours through a consumer",
  unit: "messages per CPU second",
  servers: ["ours", "bare"],
  async check(port) {
    equal(await echoOnce(port, echo), message);
  },
  load: (port, seconds, _server, began) => loadEcho(port, echo, 100, seconds, began),
};
