import { createServer } from "node:http";

import { announce } from "../../announce.js";

/** Runs `send` for each request, and answers with how many deliveries that made. */
export function serveBatches(send: () => Promise<number>): void {
  const server = createServer((_request, response) => {
    send().then(
      (delivered) => response.end(String(delivered).padStart(8, "0")),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1", () => announce((server.address() as { port: number }).port));
}
