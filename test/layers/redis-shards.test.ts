import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { redisShardUrls } from "../services/index.js";
import { redisEngine } from "./redis-engine.js";

// Encrypted at the same time: what the one does to a message is nothing to the other.
describeChannelLayer(
  redisEngine(
    "two shards, encrypted",
    async () => {
      const [first = "", second = ""] = await redisShardUrls();
      return { url: `${first},${second}`, clock: first };
    },
    { isSpread: true, encryptionKeys: ["a key of the tests, long enough for one"] },
  ),
);
