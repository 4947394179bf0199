import type { BenchCase } from "../../case.js";
import { broadcastCase, fewOfManyTalk, manyTalk } from "../../load/broadcast-case.js";

const told = { folder: "broadcast-redis-two", servers: ["ours", "bare", "socket-io"], needs: ["redis"] as const };
const way = "sent to all by way of Redis; ours through a group, Socket.IO through its adapter";

/** The same as `broadcast-redis`, with the sockets at two processes. */
export const broadcastRedisTwo: readonly BenchCase[] = [
  broadcastCase(
    { ...told, name: "broadcast-redis-two", title: `what 50 of 500 WebSockets at two processes say, ${way}` },
    manyTalk,
    2,
  ),
  broadcastCase(
    { ...told, name: "broadcast-redis-two-5000", title: `what 10 of 5,000 WebSockets at two processes say, ${way}` },
    fewOfManyTalk,
    2,
  ),
];
