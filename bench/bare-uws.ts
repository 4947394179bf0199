import { createRequire } from "node:module";

import type { TemplatedApp, us_listen_socket } from "uWebSockets.js";

// Not among the names that the module exports by import.
const { getSocketPort } = createRequire(import.meta.url)("uWebSockets.js") as {
  getSocketPort(socket: us_listen_socket): number;
};

/** Has a bare uWebSockets.js app listen, and gives the port. */
export function listenOnFreePort(app: TemplatedApp): Promise<number> {
  return new Promise((resolve, reject) => {
    app.listen("127.0.0.1", 0, (socket) => {
      if (socket === false) reject(new Error("there is no free port"));
      else resolve(getSocketPort(socket));
    });
  });
}
