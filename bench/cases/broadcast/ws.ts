import { createServer } from "node:http";

import { WebSocket, WebSocketServer } from "ws";

import { listenAndAnnounce } from "../../load/listen.js";

const http = createServer();
const sockets = new WebSocketServer({ server: http, path: "/ws/" });
sockets.on("connection", (socket) => {
  socket.on("message", (bytes: Buffer) => {
    const said = JSON.parse(bytes.toString()) as object;
    const message = Buffer.from(JSON.stringify({ type: "chat.message", ...said }));
    for (const client of sockets.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(message, { binary: false });
    }
  });
});
listenAndAnnounce(http);
