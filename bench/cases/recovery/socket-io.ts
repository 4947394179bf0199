import { createServer } from "node:http";

import { Server } from "socket.io";

import { listenAndAnnounce } from "../../load/listen.js";

const http = createServer();
// Its adapter for Redis cannot recover: this is the one in memory.
const io = new Server(http, { connectionStateRecovery: {}, transports: ["websocket"] });
io.on("connection", (socket) => {
  void socket.join("room");
  socket.on("post", (said: object) => {
    io.to("room").emit("said", said);
  });
});
listenAndAnnounce(http);
