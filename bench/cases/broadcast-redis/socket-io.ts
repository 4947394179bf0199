import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";

import { announce } from "../../announce.js";

const url = process.env["REDIS_URL"] ?? "";
const http = createServer();
const io = new Server(http, { adapter: createAdapter(new Redis(url), new Redis(url)), transports: ["websocket"] });
io.on("connection", (socket) => {
  void socket.join("room");
  socket.on("post", (said: object) => {
    io.to("room").emit("said", said);
  });
});
http.listen(0, "127.0.0.1", () => announce((http.address() as AddressInfo).port));
