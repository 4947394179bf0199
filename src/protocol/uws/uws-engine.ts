import type { us_listen_socket } from "uWebSockets.js";

import { calmTurn } from "../calm-turn.js";
import { readCertificate } from "../certificate.js";
import { CannotListen, ListenOptionInvalid, PortInUse } from "../errors.js";
import { findFreePort, isPortTaken } from "../free-port.js";
import type { ListenOptions } from "../server.js";
import type { ServerState } from "../server-state.js";
import type { ListeningEngine } from "../served-listening.js";
import { prepareUnixSocket } from "../unix-socket.js";
import type { UwsApp, UwsLibrary } from "./load-uws.js";
import { serveRequest } from "./uws-http-connection.js";
import { serveUpgrade, type SocketData } from "./uws-websocket-connection.js";

/** SO_REUSEPORT and SO_REUSEADDR. */
const sharedMode = 0;

/** A method that has a route of its own need not be asked for with each request. */
const commonMethods = { get: "GET", post: "POST", put: "PUT", patch: "PATCH", del: "DELETE", head: "HEAD" } as const;

/** An app of uWebSockets.js that listens; a further one for each new certificate. */
export class UwsEngine implements ListeningEngine {
  readonly #library: UwsLibrary;
  readonly #state: ServerState;
  readonly #options: ListenOptions;
  readonly #apps: UwsApp[] = [];
  #listenSocket: us_listen_socket | undefined;
  #port = 0;
  #removeUnixSocket: (() => Promise<void>) | undefined;

  constructor(library: UwsLibrary, state: ServerState, options: ListenOptions) {
    this.#library = library;
    this.#state = state;
    this.#options = options;
    state.publisher = {
      // Always with the wish for compression, as for single messages.
      publish: (topic, data) => {
        for (const app of this.#apps) app.publish(topic, data, typeof data !== "string", true);
      },
    };
  }

  get #host(): string {
    return this.#options.host ?? "127.0.0.1";
  }

  /** Rejects with `PortInUse`, `SocketInUse`, `CannotListen`, `CertificateInvalid` or `ListenOptionInvalid`. */
  async listen(): Promise<{ host: string; port: number }> {
    const { unixSocket, takeOver = false, sharePort = false } = this.#options;
    if (unixSocket !== undefined && sharePort) {
      const expected = "false for a Unix socket on the server uws, which only one process can listen on";
      throw new ListenOptionInvalid({ option: "sharePort", value: true, expected });
    }
    const app = await this.#newApp();
    if (unixSocket === undefined) await this.#listenOnPort(app);
    else await this.#listenOnUnixSocket(app, unixSocket, takeOver);
    return { host: unixSocket ?? this.#host, port: this.#port };
  }

  async #listenOnPort(app: UwsApp): Promise<void> {
    const { port = 0, sharePort = false } = this.#options;
    const host = this.#host;
    let chosen = port;
    if (!sharePort) {
      // Not the library's exclusive mode: in that, what is left of the connections of a server that has just ended keeps
      // its successor from the port for a minute. And for a new certificate, a server shares the port with itself.
      if (port === 0) chosen = await findFreePort(host);
      else if (await isPortTaken(host, port)) throw new PortInUse({ host, port });
    }
    const listenSocket = await listenOn(app, host, chosen);
    if (listenSocket === undefined) {
      if (await isPortTaken(host, chosen)) throw new PortInUse({ host, port });
      throw new CannotListen({ host, port, reason: "the system refused" });
    }
    this.#listenSocket = listenSocket;
    this.#port = this.#library.localPort(listenSocket);
  }

  async #listenBeside(app: UwsApp): Promise<void> {
    const listenSocket = await listenOn(app, this.#host, this.#port);
    if (listenSocket === undefined) {
      throw new CannotListen({ host: this.#host, port: this.#port, reason: "the system refused" });
    }
    this.#listenSocket = listenSocket;
  }

  async #listenOnUnixSocket(app: UwsApp, path: string, takeOver: boolean): Promise<void> {
    const { draft, open } = await prepareUnixSocket(path, takeOver);
    const listenSocket = await listenOnUnix(app, draft);
    if (listenSocket === undefined) throw new CannotListen({ host: path, port: 0, reason: "the system refused" });
    this.#listenSocket = listenSocket;
    this.#removeUnixSocket = await open();
  }

  async #newApp(): Promise<UwsApp> {
    const { tls } = this.#options;
    let app: UwsApp;
    if (tls === undefined) {
      app = this.#library.App({});
    } else {
      await readCertificate(tls);
      const { certFile, keyFile, passphrase } = tls;
      app = this.#library.SSLApp({
        cert_file_name: certFile,
        key_file_name: keyFile,
        ...(passphrase !== undefined && { passphrase }),
      });
    }
    addRoutes(app, this.#state, this.#library);
    this.#apps.push(app);
    return app;
  }

  async reloadCertificate(): Promise<void> {
    const { unixSocket, tls } = this.#options;
    const old = this.#listenSocket;
    if (tls === undefined || old === undefined) return;
    const app = await this.#newApp();
    // It may have stopped meanwhile.
    if (this.#listenSocket !== old) return;
    // Beside the old listener, so that there is always one; connections that are open stay with the old app.
    if (unixSocket === undefined) await this.#listenBeside(app);
    else await this.#listenOnUnixSocket(app, unixSocket, true);
    await calmTurn();
    this.#library.closeListenSocket(old);
  }

  stopAccepting(): void {
    const listenSocket = this.#listenSocket;
    this.#listenSocket = undefined;
    if (listenSocket !== undefined) this.#library.closeListenSocket(listenSocket);
  }

  async end(): Promise<void> {
    // Ends idle connections and whatever did not end in time.
    for (const app of this.#apps) app.close();
    await this.#removeUnixSocket?.();
  }
}

function addRoutes(app: UwsApp, state: ServerState, library: UwsLibrary): void {
  const { maxMessageBytes, maxBackpressureBytes, idleTimeoutS, compression } = state.webSocket;
  app.ws<SocketData>("/*", {
    // The library cuts sockets without a word; up to twice the limit there is time for a close frame with 1009.
    maxPayloadLength: maxMessageBytes * 2,
    maxBackpressure: maxBackpressureBytes,
    closeOnBackpressureLimit: 1,
    idleTimeout: idleTimeoutS,
    sendPingsAutomatically: true,
    compression: compression ? library.sharedCompressor | library.sharedDecompressor : 0,
    upgrade: (response, request, context) => serveUpgrade(state, response, request, context),
    open: (socket) => socket.getUserData().connection.opened(socket),
    message: (socket, data, isBinary) => socket.getUserData().connection.received(data, isBinary),
    drain: (socket) => socket.getUserData().connection.drainedTo(socket.getBufferedAmount()),
    close: (socket, code, reason) => socket.getUserData().connection.closed(code, reason),
  });
  for (const [route, method] of Object.entries(commonMethods) as [keyof typeof commonMethods, string][]) {
    app[route]("/*", (response, request) => serveRequest(state, response, request, method));
  }
  app.any("/*", (response, request) => serveRequest(state, response, request, request.getCaseSensitiveMethod()));
}

function listenOn(app: UwsApp, host: string, port: number): Promise<us_listen_socket | undefined> {
  return new Promise((resolve) => {
    app.listen(host, port, sharedMode, (socket) => resolve(socket === false ? undefined : socket));
  });
}

function listenOnUnix(app: UwsApp, path: string): Promise<us_listen_socket | undefined> {
  return new Promise((resolve) => {
    app.listen_unix((socket) => resolve(socket === false ? undefined : socket), path);
  });
}
