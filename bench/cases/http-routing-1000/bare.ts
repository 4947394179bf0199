import { App, type HttpResponse } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";
import { answer, groups } from "./table.js";

const app = App();

function send(response: HttpResponse, body: string): void {
  response.writeHeader("content-type", "text/plain; charset=utf-8").end(body);
}

for (const group of groups) {
  app.get(`/group-${group}/`, (response) => send(response, answer(group)));
  app.get(`/group-${group}/items/`, (response) => send(response, answer(group)));
  // The library's own router knows fixed paths and, in this build, no parameters: what follows is read by hand.
  app.get(`/group-${group}/items/*`, (response, request) => {
    const [, , , item, , comment] = request.getUrl().split("/");
    send(response, answer(group, item, comment));
  });
}
app.any("/*", (response) => void response.writeStatus("404 Not Found").end("Not Found"));
announce(await listenOnFreePort(app));
