import { getLogger, type Logger } from "../core/index.js";
import { ServerNotLoaded } from "./errors.js";
import { defaultHttpLimits, type ProtocolServer } from "./server.js";

/** How `loadServer` chooses. */
export interface LoadServerOptions {
  /** Where it says that it could not take the faster one. Default: the process's logger. */
  readonly log?: Logger;
  /** As in `ListenOptions.http`; `uws` takes it when its library is loaded. */
  readonly maxHeaderBytes?: number;
}

/**
 * The protocol server called `name`, imported now. `auto` (default) is `uws` where its native library loads, otherwise
 * `node`, with one line in the log that says so and why. Rejects with `ServerNotLoaded` when `uws` is asked for and
 * cannot be loaded.
 */
export async function loadServer(
  name: "auto" | "uws" | "node" = "auto",
  options: LoadServerOptions = {},
): Promise<ProtocolServer> {
  if (name === "node") return loadNode();
  try {
    return await loadUws(options.maxHeaderBytes ?? defaultHttpLimits.maxHeaderBytes);
  } catch (thrown) {
    if (name === "uws" || !(thrown instanceof ServerNotLoaded)) throw thrown;
    const { log = getLogger() } = options;
    log.warn({ reason: thrown.params.reason }, "HTTP is served by node:http, as uWebSockets.js cannot be loaded");
    return loadNode();
  }
}

async function loadUws(maxHeaderBytes: number): Promise<ProtocolServer> {
  const [{ uwsServer }, library] = await Promise.all([import("./uws/uws-server.js"), import("./uws/load-uws.js")]);
  await library.loadUws(maxHeaderBytes);
  return uwsServer;
}

async function loadNode(): Promise<ProtocolServer> {
  const { nodeServer } = await import("./node/node-server.js");
  return nodeServer;
}
