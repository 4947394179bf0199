import { deepEqual } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { type Broadcast, broadcastOnce, loadBroadcast } from "../../load/broadcast-load.js";

const said = { author: "django", text: "And now Minor Swing.", id: 1937 };

const plain: Broadcast = { sockets: 500, path: "/ws/", post: JSON.stringify(said) };

/** Its protocol has a greeting and names for messages. */
const socketIo: Broadcast = {
  sockets: 500,
  path: "/socket.io/?EIO=4&transport=websocket",
  hello: { says: "40", answer: /40\{/ },
  post: `42["post",${JSON.stringify(said)}]`,
};

/** A message of one socket sent to all 500 of a process, by way of Redis. */
export const broadcastRedis: BenchCase = {
  name: "broadcast-redis",
  title: "what one WebSocket says, sent to 500 by way of Redis; ours through a group, Socket.IO through its adapter",
  unit: "messages per CPU second",
  servers: ["ours", "bare", "socket-io"],
  needsRedis: true,
  async check(port, server) {
    const text = await broadcastOnce(port, forServer(server));
    const { type: _, ...message } = JSON.parse(text.replace(/^42\["said",|\]$/g, "")) as typeof said & {
      type?: string;
    };
    deepEqual(message, said);
  },
  load: (port, seconds, server, began) => loadBroadcast(port, forServer(server), seconds, began),
};

function forServer(server: string): Broadcast {
  return server === "socket-io" ? socketIo : plain;
}
