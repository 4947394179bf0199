import type { Application } from "../../core/index.js";
import { ServedListening } from "../served-listening.js";
import type { Listening, ListenOptions, ProtocolServer } from "../server.js";
import { ServerState } from "../server-state.js";
import { watchCertificate } from "../watch-certificate.js";
import { NodeEngine } from "./node-engine.js";

/** Serves HTTP with `node:http` and WebSockets with `ws`: slower than uWebSockets.js, and runs wherever Node does. */
export const nodeServer: ProtocolServer = { name: "node", listen };

async function listen(application: Application, options: ListenOptions = {}): Promise<Listening> {
  const state = new ServerState(application, options);
  const engine = new NodeEngine(state, options);
  const address = await engine.listen();
  const stopWatching = watchCertificate(options.tls, () => engine.reloadCertificate(), state.log);
  return new ServedListening(state, address, engine, stopWatching);
}
