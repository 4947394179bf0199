import * as uws from "uWebSockets.js";

/** Has a bare uWebSockets.js app listen, and gives the port. */
export function listenOnFreePort(app: uws.TemplatedApp): Promise<number> {
  return new Promise((resolve, reject) => {
    app.listen("127.0.0.1", 0, (socket) => {
      if (socket === false) reject(new Error("there is no free port"));
      else resolve(uws.getSocketPort(socket));
    });
  });
}
