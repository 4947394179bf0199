import { App, type HttpResponse } from "uWebSockets.js";

import { announce } from "../../announce.js";
import { listenOnFreePort } from "../../bare-uws.js";
import { page } from "./post.js";

function answer(response: HttpResponse, body: Buffer): void {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    response.writeStatus("400 Bad Request").end("not JSON");
    return;
  }
  const checked = page.safeParse(value);
  if (checked.success) response.writeHeader("content-type", "application/json").end(JSON.stringify(checked.data));
  else response.writeStatus("400 Bad Request").end("not valid");
}

const app = App().post("/", (response) => {
  let pieces: Buffer | undefined;
  response.onAborted(() => {});
  response.onData((piece, isLast) => {
    const bytes = Buffer.from(piece);
    if (isLast) answer(response, pieces === undefined ? bytes : Buffer.concat([pieces, bytes]));
    // The library takes its memory back.
    else pieces = pieces === undefined ? Buffer.from(bytes) : Buffer.concat([pieces, bytes]);
  });
});
announce(await listenOnFreePort(app));
