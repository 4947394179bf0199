import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const app = App().ws("/ws/", {
  open(socket) {
    socket.subscribe("room");
  },
  message(_socket, message) {
    app.publish("room", message, false);
  },
});
announce(await listenOnFreePort(app));
