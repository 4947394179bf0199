import { createServer } from "node:http";

import { Server } from "socket.io";

import { listenAndAnnounce } from "../../load/listen.js";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
// As its page on memory usage recommends: the request that a socket came with is forgotten.
io.engine.on("connection", (socket: { request: unknown }) => {
  socket.request = null;
});
io.on("connection", (socket) => {
  socket.on("say", (message: unknown) => socket.emit("said", message));
});
listenAndAnnounce(http);
