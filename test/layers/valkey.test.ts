import { describe } from "vitest";

import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { valkeyUrl } from "../services/index.js";
import { redisEngine } from "./redis-engine.js";

const url = (await valkeyUrl()) ?? "";

// Not every Debian has a Valkey: VALKEY_PATH names the server to use.
describe.runIf(url !== "")("Valkey, where there is one", () => {
  describeChannelLayer(redisEngine("valkey", async () => ({ url, clock: url })));
});
