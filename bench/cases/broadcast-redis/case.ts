import type { BenchCase } from "../../case.js";
import { broadcastCase, manyTalk, oneTalks } from "../../load/broadcast-case.js";

const told = { folder: "broadcast-redis", servers: ["ours", "bare", "socket-io"], needs: ["redis"] as const };
const way = "by way of Redis; ours through a group, Socket.IO through its adapter";

/** A message of one socket sent to all of a process, by way of Redis. */
export const broadcastRedis: readonly BenchCase[] = [
  broadcastCase(
    { ...told, name: "broadcast-redis", title: `what 50 of 500 WebSockets say, sent to all ${way}` },
    manyTalk,
  ),
  broadcastCase(
    {
      ...told,
      name: "broadcast-redis-one",
      title: `what one of 500 WebSockets says, one message at a time, sent to all ${way}`,
    },
    oneTalks,
  ),
];
