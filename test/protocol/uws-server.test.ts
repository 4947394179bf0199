import { describe } from "vitest";

import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeProtocolServer } from "../contracts/protocol-server.contract.js";
import { uwsSkips } from "./uws-skips.js";
import { uwsLoads } from "./servers-here.js";

describe.skipIf(!uwsLoads)("where uWebSockets.js has a binary for this Node.js", () => {
  describeProtocolServer(uwsServer, { skip: uwsSkips });
});
