import type { Skip } from "../contracts/protocol-server/harness.js";

/** What `node:http` and `ws` cannot do on Node 20. */
export const nodeSkips: readonly Skip[] = [
  {
    reason: "Node shares ports from 22.12 on",
    tests: [
      "servers that share a port are both asked",
      "a port is not shared with a server that does not ask for that",
    ],
  },
];
