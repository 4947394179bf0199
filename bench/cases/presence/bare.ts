import { Redis } from "ioredis";
import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

/** What one writes who needs to know who is there: a hash, and a message for each change. It outlives a crash. */
const url = process.env["REDIS_URL"] ?? "";
const commands = new Redis(url);
const receiving = new Redis(url);
const present = "bare-presence";
let lastDevice = 0;

const app = App().ws<{ device: string; name: string; isGone: boolean }>("/ws/", {
  upgrade(response, request, context) {
    const data = { device: String(++lastDevice), name: request.getQuery(), isGone: false };
    const headers = ["sec-websocket-key", "sec-websocket-protocol", "sec-websocket-extensions"] as const;
    const [key, protocol, extensions] = headers.map((header) => request.getHeader(header));
    response.upgrade(data, key ?? "", protocol ?? "", extensions ?? "", context);
  },
  open(socket) {
    const { device, name } = socket.getUserData();
    socket.subscribe("room");
    void (async () => {
      const said = JSON.stringify({ type: "presence", joined: [{ device, name }], left: [] });
      const done = await commands.pipeline().hset(present, device, name).publish("room", said).hgetall(present).exec();
      const all = Object.entries((done?.[2]?.[1] ?? {}) as Record<string, string>);
      const joined = all.map(([one, its]) => ({ device: one, name: its }));
      if (!socket.getUserData().isGone) {
        socket.send(JSON.stringify({ type: "presence", joined, left: [], isWhole: true }));
      }
    })();
  },
  close(socket) {
    const data = socket.getUserData();
    data.isGone = true;
    const said = JSON.stringify({ type: "presence", joined: [], left: [data.device] });
    void commands.pipeline().hdel(present, data.device).publish("room", said).exec();
  },
});
await commands.del(present);
await receiving.subscribe("room");
receiving.on("message", (_channel, text) => {
  app.publish("room", text, false);
});
announce(await listenOnFreePort(app));
