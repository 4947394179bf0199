import type { Application } from "../../core/index.js";
import { ServedListening } from "../served-listening.js";
import type { Listening, ListenOptions, ProtocolServer } from "../server.js";
import { ServerState } from "../server-state.js";
import { watchCertificate } from "../watch-certificate.js";
import { loadUws } from "./load-uws.js";
import { UwsEngine } from "./uws-engine.js";

/** Serves HTTP and WebSocket on uWebSockets.js. */
export const uwsServer: ProtocolServer = { name: "uws", listen };

async function listen(application: Application, options: ListenOptions = {}): Promise<Listening> {
  const state = new ServerState(application, options);
  const engine = new UwsEngine(await loadUws(state.http.maxHeaderBytes), state, options);
  const address = await engine.listen();
  const stopWatching = watchCertificate(options.tls, () => engine.reloadCertificate(), state.log);
  return new ServedListening(state, address, engine, stopWatching);
}
