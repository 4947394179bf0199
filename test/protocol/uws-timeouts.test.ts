import { describe } from "vitest";

import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeProtocolServerTimeouts } from "../contracts/protocol-server.contract.js";
import { uwsLoads } from "./servers-here.js";

describe.skipIf(!uwsLoads)("where uWebSockets.js has a binary for this Node.js", () => {
  describeProtocolServerTimeouts(uwsServer);
});
