import type { Application } from "../../core/index.js";
import { ServedListening } from "../served-listening.js";
import {
  defaultHttpLimits,
  type HttpLimits,
  type Listening,
  type ListenOptions,
  type ProtocolServer,
} from "../server.js";
import { ServerState } from "../server-state.js";
import { watchCertificate } from "../watch-certificate.js";
import { loadUws, type UwsLibrary } from "./load-uws.js";
import { UwsEngine } from "./uws-engine.js";

/** Serves HTTP and WebSocket on uWebSockets.js. */
export const uwsServer: ProtocolServer = { name: "uws", listen };

async function listen(application: Application, options: ListenOptions = {}): Promise<Listening> {
  const state = new ServerState(application, options);
  const library = await loadUws(state.http.maxHeaderBytes);
  const fixed = fixedLimits(state.http, library);
  if (fixed.length > 0) state.log.warn({ fixed }, "uWebSockets.js has these limits of its own and keeps to them");
  const engine = new UwsEngine(library, state, options);
  const address = await engine.listen();
  const stopWatching = watchCertificate(options.tls, () => engine.reloadCertificate(), state.log);
  return new ServedListening(state, address, engine, stopWatching);
}

/** The limits that were given and that the library does not let be changed, or not any more. */
function fixedLimits(http: HttpLimits, library: UwsLibrary): readonly string[] {
  const inLibrary = { ...defaultHttpLimits, maxHeaderBytes: library.maxHeaderBytes };
  const names = ["maxHeaderBytes", "headersTimeoutMs", "keepAliveTimeoutMs", "sendTimeoutMs"] as const;
  return names.filter((name) => http[name] !== inLibrary[name]);
}
