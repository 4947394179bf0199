import { describe } from "vitest";

import { runRemotely } from "../contracts/consumer-place.js";
import { describeLayerEvents, ownRedis } from "../contracts/layer-events.contract.js";

const redis = ownRedis();
const place = runRemotely();
describeLayerEvents(redis);

describe("after another worker has taken over", () => {
  describeLayerEvents(redis, () => place.replaceWorker());
});
