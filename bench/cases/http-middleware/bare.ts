import { App } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";
import { body, contentType, hosts, nextRequestId, securityHeaders } from "./answer.js";

const app = App().any("/*", (response, request) => {
  if (!hosts.has(request.getHeader("host").replace(/:\d+$/, ""))) {
    response.writeStatus("400 Bad Request").end();
    return;
  }
  response.writeHeader("content-type", contentType);
  for (const [name, value] of securityHeaders) response.writeHeader(name, value);
  response.writeHeader("x-request-id", nextRequestId()).end(body);
});
announce(await listenOnFreePort(app));
