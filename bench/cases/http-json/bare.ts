import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";
import { room } from "./room.js";

const app = App().any("/*", (response) => {
  response.writeHeader("content-type", "application/json").end(JSON.stringify(room()));
});
announce(await listenOnFreePort(app));
