import type { BenchCase } from "../../case.js";
import { broadcastCase, fewOfManyTalk, manyTalk } from "../../load/broadcast-case.js";

const told = { folder: "broadcast", servers: ["ours", "bare", "ws", "socket-io"] };

/** A message of one socket sent to all, inside one process. */
export const broadcast: readonly BenchCase[] = [
  broadcastCase(
    { ...told, name: "broadcast", title: "what 50 of 500 WebSockets say, sent to all; ours through a group in memory" },
    manyTalk,
  ),
  broadcastCase(
    { ...told, name: "broadcast-5000", title: "what 10 of 5,000 WebSockets say, sent to all; ours the same way" },
    fewOfManyTalk,
  ),
];
