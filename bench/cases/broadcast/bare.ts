import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const app = App().ws("/ws/", {
  open(socket) {
    socket.subscribe("room");
  },
  message(_socket, message) {
    const said = JSON.parse(Buffer.from(message).toString()) as object;
    app.publish("room", JSON.stringify({ type: "chat.message", ...said }), false, true);
  },
});
announce(await listenOnFreePort(app));
