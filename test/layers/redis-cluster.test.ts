import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { redisClusterUrls } from "../services/index.js";
import { redisEngine } from "./redis-engine.js";

describeChannelLayer(
  redisEngine(
    "a cluster of three nodes",
    async () => {
      const { url, node } = await redisClusterUrls();
      return { url, clock: node };
    },
    { isSpread: true },
  ),
);
