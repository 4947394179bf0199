import { test } from "vitest";

import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeProtocolServerTimeouts } from "../contracts/protocol-server.contract.js";
import { noUws, uwsLoads } from "./servers-here.js";

if (uwsLoads) describeProtocolServerTimeouts(uwsServer);
else test.skip(noUws, () => {});
