import { randomUUID } from "node:crypto";

import { BullmqTaskBackend } from "hotclub/workers";

import { describeTaskBackend } from "../contracts/task-backend.contract.js";
import { redisUrl } from "../services/index.js";

describeTaskBackend({
  name: "bullmq",
  async open(options) {
    const shared = { ...options, url: await redisUrl(), prefix: `test-${randomUUID()}` };
    const [a, b] = [new BullmqTaskBackend(shared), new BullmqTaskBackend(shared)];
    await Promise.all([a.connect(), b.connect()]);
    return { a, b };
  },
});
