import { Redis } from "ioredis";
import { App, type WebSocket } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const url = process.env["REDIS_URL"] ?? "";
const sending = new Redis(url);
const receiving = new Redis(url);

interface Named {
  name?: string;
}

/** A socket is called by its process and a number. */
const own = `process-${process.pid}`;
const sockets = new Map<string, WebSocket<Named>>();
let count = 0;

const app = App().ws<Named>("/ws/", {
  open(socket) {
    const name = `${own}!${++count}`;
    sockets.set(name, socket);
    socket.getUserData().name = name;
    socket.send(JSON.stringify({ name }));
  },
  close(socket) {
    sockets.delete(socket.getUserData().name ?? "");
  },
  message(_socket, message) {
    const { to, text } = JSON.parse(Buffer.from(message).toString()) as { to: string; text: string };
    const [process = ""] = to.split("!", 1);
    void sending.publish(process, JSON.stringify({ to, text }));
  },
});
await receiving.subscribe(own);
receiving.on("message", (_channel, received) => {
  const { to, text } = JSON.parse(received) as { to: string; text: string };
  sockets.get(to)?.send(JSON.stringify({ text }));
});
announce(await listenOnFreePort(app));
