import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const app = App().ws("/ws/", {
  message(socket, message, isBinary) {
    const value: unknown = JSON.parse(Buffer.from(message).toString());
    socket.send(JSON.stringify(value), isBinary);
  },
});
announce(await listenOnFreePort(app));
