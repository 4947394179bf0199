import { App, type HttpResponse } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";

const clients = new Set<HttpResponse>();

const app = App()
  .get("/", (response) => {
    clients.add(response);
    response.onAborted(() => void clients.delete(response));
    response.writeHeader("content-type", "text/event-stream").write("retry: 3000\n\n");
  })
  .post("/", (response) => {
    let pieces = "";
    response.onAborted(() => {});
    response.onData((piece, isLast) => {
      pieces += Buffer.from(piece).toString();
      if (!isLast) return;
      const event = `event: message\ndata: ${JSON.stringify(JSON.parse(pieces))}\n\n`;
      for (const client of clients) client.cork(() => void client.write(event));
      response.cork(() => void response.writeStatus("204 No Content").endWithoutBody());
    });
  });
announce(await listenOnFreePort(app));
