import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { type Echo, echoOnce, loadEcho } from "../../load/echo-load.js";
import { socketIoOpening } from "../../load/open-socket.js";
import { loadStorm } from "../../load/storm-load.js";

const message = JSON.stringify({ type: "chat.message", room: "lobby", text: "swing" });
const plain: Echo = { opening: { path: "/ws/" }, says: message, hears: message };
const socketIo: Echo = { opening: socketIoOpening, says: `42["say",${message}]`, hears: `42["said",${message}]` };

/** A message of some 60 bytes sent back, and sockets that come and go. */
export const websocketEcho: readonly BenchCase[] = [
  {
    ...caseOf("websocket-echo"),
    title: "a short text sent back on each of 100 WebSockets; ours through a consumer",
    load: (port, seconds, server, began) => loadEcho(port, echoOf(server), 100, seconds, began),
  },
  {
    ...caseOf("websocket-echo-5000"),
    title: "a short text sent back on each of 5,000 WebSockets; ours through a consumer",
    // Daphne refuses handshakes that wait for five seconds, and needs longer for so many.
    servers: ["ours", "bare", "ws", "socket-io"],
    secondsBeside: { perLoad: 1.5 },
    load: (port, seconds, server, began) => loadEcho(port, echoOf(server), 5000, seconds, began),
  },
  {
    ...caseOf("websocket-storm"),
    title: "WebSockets opened and closed as fast as they can be, 100 at once",
    unit: "sockets per CPU second",
    load: (port, seconds, server) => loadStorm(port, echoOf(server).opening, seconds),
  },
];

function caseOf(name: string): Omit<BenchCase, "title" | "load"> {
  return {
    name,
    folder: "websocket-echo",
    unit: "messages per CPU second",
    servers: ["ours", "bare", "ws", "socket-io", "channels-daphne"],
    async check(port, server) {
      const echo = echoOf(server);
      equal(await echoOnce(port, echo), echo.hears);
    },
  };
}

function echoOf(server: string): Echo {
  return server === "socket-io" ? socketIo : plain;
}
