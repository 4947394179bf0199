import { createServer } from "node:http";

import { Server } from "socket.io";

import { listenAndAnnounce } from "../../load/listen.js";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
io.on("connection", (socket) => {
  socket.on("say", (message: unknown) => socket.emit("said", message));
});
listenAndAnnounce(http);
