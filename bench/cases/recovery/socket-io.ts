import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Server } from "socket.io";

import { announce } from "../../announce.js";

const http = createServer();
// Its adapter for Redis cannot recover: this is the one in memory.
const io = new Server(http, { connectionStateRecovery: {}, transports: ["websocket"] });
io.on("connection", (socket) => {
  void socket.join("room");
  socket.on("post", (said: object) => {
    io.to("room").emit("said", said);
  });
});
http.listen(0, "127.0.0.1", () => announce((http.address() as AddressInfo).port));
