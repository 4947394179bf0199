import { createServer } from "node:http";

import { Server } from "socket.io";

import { listenAndAnnounce } from "../../load/listen.js";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
io.on("connection", (socket) => {
  void socket.join("room");
  socket.on("post", (said: object) => {
    io.to("room").emit("said", said);
  });
});
listenAndAnnounce(http);
