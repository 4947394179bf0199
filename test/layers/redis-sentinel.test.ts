import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { redisSentinelUrls } from "../services/index.js";
import { redisEngine } from "./redis-engine.js";

describeChannelLayer(
  redisEngine("redis through Sentinel", async () => {
    const { url, master } = await redisSentinelUrls();
    return { url, clock: master };
  }),
);
