import { test } from "vitest";

import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeHttpExchanges } from "../contracts/http-exchange.contract.js";
import { noUws, uwsLoads } from "../protocol/servers-here.js";

if (uwsLoads) describeHttpExchanges(uwsServer);
else test.skip(noUws, () => {});
