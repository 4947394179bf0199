import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const app = App().ws("/ws/", {
  message(socket, message, isBinary) {
    socket.send(message, isBinary);
  },
});
announce(await listenOnFreePort(app));
