import { deepEqual } from "node:assert/strict";

import type { BenchCase } from "../case.js";
import { type Broadcast, broadcastOnce, loadBroadcast } from "./broadcast-load.js";
import { socketIoOpening } from "./open-socket.js";
import { portsOf } from "./serve-together.js";

const said = { author: "django", text: "And now Minor Swing.", id: 1937 };

/** How many sockets a room has, and how many of them talk how often. */
export type Talk = Pick<Broadcast, "sockets" | "posters" | "thinkMs">;

/** A busy room. The server gets several messages at once, as it does in life, and each server makes of that what it can. */
export const manyTalk: Talk = { sockets: 500, posters: 50, thinkMs: 50 };
/** One message at a time: nothing can be put together. */
export const oneTalks: Talk = { sockets: 500, posters: 1, thinkMs: 0 };
/** A hall. */
export const fewOfManyTalk: Talk = { sockets: 5000, posters: 10, thinkMs: 50 };

/** What a case of broadcast says of itself. */
type Told = Pick<BenchCase, "name" | "folder" | "title" | "servers" | "needs" | "secondsBeside">;

/** A message of one socket sent to all, in one process or, where `processes` is 2, in two that share a Redis. */
export function broadcastCase(told: Told, talk: Talk, processes: 1 | 2 = 1): BenchCase {
  const portsFor = (port: number): Promise<readonly number[]> =>
    processes === 1 ? Promise.resolve([port]) : portsOf(port);
  return {
    ...told,
    unit: "messages per CPU second",
    secondsBeside: { perLoad: talk.sockets / 4000 },
    async check(port, server) {
      for (const one of await portsFor(port)) {
        const text = await broadcastOnce(one, broadcastOf(talk, server));
        const { type: _, ...message } = JSON.parse(text.replace(/^42\["said",|\]$/g, "")) as typeof said & {
          type?: string;
        };
        deepEqual(message, said);
      }
    },
    load: async (port, seconds, server, began) =>
      loadBroadcast(await portsFor(port), broadcastOf(talk, server), seconds, began),
  };
}

function broadcastOf(talk: Talk, server: string): Broadcast {
  if (server !== "socket-io") return { ...talk, path: "/ws/", post: JSON.stringify(said) };
  // Its protocol has a greeting and names for messages.
  return { ...talk, ...socketIoOpening, post: `42["post",${JSON.stringify(said)}]` };
}
