import { createServer } from "node:http";

import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";

import { listenAndAnnounce } from "../../load/listen.js";

const url = process.env["REDIS_URL"] ?? "";
const http = createServer();
const io = new Server(http, { adapter: createAdapter(new Redis(url), new Redis(url)), transports: ["websocket"] });
io.on("connection", (socket) => {
  socket.emit("name", { name: socket.id });
  // Each socket is in a room of its own name.
  socket.on("say", ({ to, text }: { to: string; text: string }) => {
    io.to(to).emit("said", { text });
  });
});
listenAndAnnounce(http);
