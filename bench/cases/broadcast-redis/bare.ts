import { Redis } from "ioredis";
import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const url = process.env["REDIS_URL"] ?? "";
const sending = new Redis(url);
const receiving = new Redis(url);

const app = App().ws("/ws/", {
  open(socket) {
    socket.subscribe("room");
  },
  message(_socket, message) {
    const said = JSON.parse(Buffer.from(message).toString()) as object;
    void sending.publish("room", JSON.stringify({ type: "chat.message", ...said }));
  },
});
await receiving.subscribe("room");
receiving.on("message", (_channel, text) => {
  // Whoever receives a message may look at it.
  const message = JSON.parse(text) as object;
  app.publish("room", JSON.stringify(message), false, true);
});
announce(await listenOnFreePort(app));
