import type { us_listen_socket } from "uWebSockets.js";

import { type Application, getLogger } from "../../core/index.js";
import { CannotListen, PortInUse } from "../errors.js";
import { isPortTaken } from "../port-taken.js";
import { defaultWebSocketLimits, type Listening, type ListenOptions, type ProtocolServer } from "../server.js";
import { loadUws } from "./load-uws.js";
import { type HttpServerState, serveRequest } from "./uws-http-connection.js";
import { serveUpgrade, type SocketData, type WebSocketServerState } from "./uws-websocket-connection.js";
import { UwsListening } from "./uws-listening.js";

const exclusivePort = 1;
const sharedPort = 0;

interface ListensWithOptions {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): void;
}

/** Serves HTTP and WebSocket on uWebSockets.js. */
export const uwsServer: ProtocolServer = { name: "uws", listen };

async function listen(application: Application, options: ListenOptions = {}): Promise<Listening> {
  const { host = "127.0.0.1", port = 0, sharePort = false, log = getLogger() } = options;
  const library = await loadUws();
  const limits = { ...defaultWebSocketLimits, ...options.webSocket };
  const http: HttpServerState = {
    application,
    log,
    isDraining: false,
    openRequests: 0,
    onRequestDone: () => {
      http.openRequests -= 1;
      listening.onProgress();
    },
  };
  const sockets: WebSocketServerState = {
    application,
    log,
    handshakeTimeoutMs: limits.handshakeTimeoutMs,
    isDraining: false,
    connections: new Set(),
    onConnectionClosed: (connection) => {
      sockets.connections.delete(connection);
      listening.onClosed(connection);
    },
  };
  const app = library.App();
  app.ws<SocketData>("/*", {
    maxPayloadLength: limits.maxMessageBytes,
    maxBackpressure: limits.maxBackpressureBytes,
    idleTimeout: limits.idleTimeoutS,
    sendPingsAutomatically: true,
    upgrade: (response, request, context) => serveUpgrade(sockets, response, request, context),
    open: (socket) => socket.getUserData().connection.opened(socket),
    message: (socket, data, isBinary) => socket.getUserData().connection.received(data, isBinary),
    drain: (socket) => socket.getUserData().connection.drainedTo(socket.getBufferedAmount()),
    close: (socket, code, reason) => socket.getUserData().connection.closed(code, reason),
  });
  app.any("/*", (response, request) => serveRequest(http, response, request));
  const listenSocket = await new Promise<us_listen_socket | false>((resolve) => {
    // The declarations lack this form, which every release has.
    (app as unknown as ListensWithOptions).listen(host, port, sharePort ? sharedPort : exclusivePort, resolve);
  });
  if (listenSocket === false) {
    if (await isPortTaken(host, port)) throw new PortInUse({ host, port });
    throw new CannotListen({ host, port, reason: "the system refused" });
  }
  const listening = new UwsListening({ library, app, listenSocket, host, http, sockets });
  return listening;
}
