import { test } from "vitest";

import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { valkeyUrl } from "../services/index.js";
import { redisEngine } from "./redis-engine.js";

const url = await valkeyUrl();
if (url === undefined)
  test.skip("there is no Valkey here, nor in this Debian: set VALKEY_PATH to its server", () => {});
else describeChannelLayer(redisEngine("valkey", async () => ({ url, clock: url })));
