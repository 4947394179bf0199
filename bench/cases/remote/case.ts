import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { type Echo, echoOnce, loadEcho } from "../../load/echo-load.js";
import { portsOf } from "../../load/serve-together.js";

const message = JSON.stringify({ type: "chat.message", room: "lobby", text: "swing" });
const echo: Echo = { opening: { path: "/ws/" }, says: message, hears: message };

/** What it costs to run a consumer in a worker. */
export const remote: BenchCase = {
  name: "remote",
  title: "a short text sent back on each of 100 WebSockets by a consumer in a worker; bare is the same consumer inline",
  unit: "messages per CPU second of all processes",
  servers: ["ours", "bare"],
  needs: ["redis"],
  async check(port) {
    const [web = 0] = await portsOf(port);
    equal(await echoOnce(web, echo), message);
  },
  async load(port, seconds, _server, began) {
    const [web = 0] = await portsOf(port);
    return loadEcho(web, echo, 100, seconds, began);
  },
};
