import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Server } from "socket.io";

import { announce } from "../../announce.js";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
io.on("connection", (socket) => {
  socket.on("say", (text: string) => socket.emit("said", text));
});
http.listen(0, "127.0.0.1", () => announce((http.address() as AddressInfo).port));
