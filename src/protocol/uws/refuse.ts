import type { HttpResponse } from "uWebSockets.js";

import type { HeaderLine } from "../../core/index.js";
import { statusLine } from "./status-line.js";

/**
 * Answers a request that no application hears of, and closes the connection. Only after the library has looked at all
 * that it has: answered at once, it would go on with what the client sent behind the request.
 */
export function refuse(
  response: HttpResponse,
  status: number,
  body: string,
  headers: readonly HeaderLine[] = [["content-type", "text/plain; charset=utf-8"]],
): void {
  let isGone = false;
  response.onAborted(() => {
    isGone = true;
  });
  setImmediate(() => {
    if (isGone) return;
    response.cork(() => {
      response.writeStatus(statusLine(status));
      for (const [name, value] of headers) response.writeHeader(name, value);
      response.end(body, true);
    });
  });
}
