import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { announce } from "../announce.js";

/** Has a server of Node.js listen on a free port, and tells the runner. */
export function listenAndAnnounce(server: Server): void {
  server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
}
