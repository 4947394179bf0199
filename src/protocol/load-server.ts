import { uwsServer } from "./uws/uws-server.js";
import type { ProtocolServer } from "./server.js";

/** The protocol server of this machine. */
export function loadServer(): ProtocolServer {
  return uwsServer;
}
