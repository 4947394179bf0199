import { test } from "vitest";

import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeProtocolServer } from "../contracts/protocol-server.contract.js";
import { uwsSkips } from "./uws-skips.js";
import { noUws, uwsLoads } from "./servers-here.js";

if (uwsLoads) describeProtocolServer(uwsServer, { skip: uwsSkips });
else test.skip(noUws, () => {});
