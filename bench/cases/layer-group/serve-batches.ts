import { createServer } from "node:http";

import { listenAndAnnounce } from "../../load/listen.js";

/** Runs `send` for each request, and answers with how many deliveries that made. */
export function serveBatches(send: () => Promise<number>): void {
  const server = createServer((_request, response) => {
    send().then(
      (delivered) => response.end(String(delivered).padStart(8, "0")),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  listenAndAnnounce(server);
}
