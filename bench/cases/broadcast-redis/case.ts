import { deepEqual } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { type Broadcast, broadcastOnce, loadBroadcast } from "../../load/broadcast-load.js";

const said = { author: "django", text: "And now Minor Swing.", id: 1937 };

type Talk = Pick<Broadcast, "sockets" | "posters" | "thinkMs">;

/** A busy room. The server gets several messages at once, as it does in life, and each server makes of that what it can. */
const manyTalk: Talk = { sockets: 500, posters: 50, thinkMs: 50 };
/** One message at a time: nothing can be put together. */
const oneTalks: Talk = { sockets: 500, posters: 1, thinkMs: 0 };

/** A message of one socket sent to all of a process, by way of Redis. */
export const broadcastRedis: readonly BenchCase[] = [
  broadcastCase("broadcast-redis", manyTalk, "what 50 of 500 WebSockets say, sent to all"),
  broadcastCase("broadcast-redis-one", oneTalks, "what one of 500 WebSockets says, one message at a time, sent to all"),
];

function broadcastCase(name: string, talk: Talk, title: string): BenchCase {
  return {
    name,
    folder: "broadcast-redis",
    title: `${title} by way of Redis; ours through a group, Socket.IO through its adapter`,
    unit: "messages per CPU second",
    servers: ["ours", "bare", "socket-io"],
    needsRedis: true,
    async check(port, server) {
      const text = await broadcastOnce(port, broadcastOf(talk, server));
      const { type: _, ...message } = JSON.parse(text.replace(/^42\["said",|\]$/g, "")) as typeof said & {
        type?: string;
      };
      deepEqual(message, said);
    },
    load: (port, seconds, server, began) => loadBroadcast(port, broadcastOf(talk, server), seconds, began),
  };
}

function broadcastOf(talk: Talk, server: string): Broadcast {
  if (server !== "socket-io") return { ...talk, path: "/ws/", post: JSON.stringify(said) };
  // Its protocol has a greeting and names for messages.
  return {
    ...talk,
    path: "/socket.io/?EIO=4&transport=websocket",
    hello: { says: "40", answer: /40\{/ },
    post: `42["post",${JSON.stringify(said)}]`,
  };
}
