import { unlink } from "node:fs/promises";

import { CannotListen, PortInUse } from "./errors.js";
import { findFreePort, isPortTaken } from "./free-port.js";
import { prepareUnixSocket } from "./unix-socket.js";

/** Where several processes want to listen together. */
export interface SharedAddress {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly unixSocket?: string;
}

/**
 * For what starts several processes, before it does: finds out that nobody else listens there, removes the file that a
 * dead server left of a Unix socket, and gives the port for all of them. Rejects with `PortInUse`, `SocketInUse` or
 * `CannotListen`.
 */
export async function prepareSharedAddress({ host, port, unixSocket }: SharedAddress): Promise<number> {
  if (unixSocket !== undefined) {
    await prepareUnixSocket(unixSocket, false);
    await unlink(unixSocket).catch(() => {});
    return 0;
  }
  if (port === 0) {
    const free = await findFreePort(host);
    if (free === 0) throw new CannotListen({ host, port, reason: "the system refused" });
    return free;
  }
  if (await isPortTaken(host, port)) throw new PortInUse({ host, port });
  return port;
}
