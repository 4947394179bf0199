import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const app = App().any("/*", (response) => {
  response
    .writeHeader("content-type", "text/plain; charset=utf-8")
    .writeHeader("x-powered-by", "swing")
    .end("Hello, world");
});
announce(await listenOnFreePort(app));
