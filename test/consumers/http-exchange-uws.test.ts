import { describe } from "vitest";

import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeHttpExchanges } from "../contracts/http-exchange.contract.js";
import { uwsLoads } from "../protocol/servers-here.js";

describe.skipIf(!uwsLoads)("where uWebSockets.js has a binary for this Node.js", () => {
  describeHttpExchanges(uwsServer);
});
