import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { redisUrl } from "../services/index.js";
import { redisEngine } from "./redis-engine.js";

describeChannelLayer(
  redisEngine("redis", async () => {
    const url = await redisUrl();
    return { url, clock: url };
  }),
);
