import { createServer } from "node:http";

import { WebSocketServer } from "ws";

import { listenAndAnnounce } from "../../load/listen.js";

const http = createServer();
const sockets = new WebSocketServer({ server: http, path: "/ws/" });
sockets.on("connection", (socket) => {
  socket.on("message", (message, isBinary) => socket.send(message, { binary: isBinary }));
});
listenAndAnnounce(http);
