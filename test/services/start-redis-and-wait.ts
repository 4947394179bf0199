/** Started by services.test.ts: starts a Redis, says where, and waits to be killed. */
import { connect } from "node:net";

import { startRedis } from "./index.js";

const redis = await startRedis();
const socket = connect(redis.port, "127.0.0.1");
socket.write("CONFIG GET dir\r\n");
socket.once("data", (data) => {
  const directory = data.toString().split("\r\n")[4];
  process.stdout.write(JSON.stringify({ url: redis.url, directory }));
});
