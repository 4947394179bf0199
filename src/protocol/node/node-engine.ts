import cluster from "node:cluster";
import { chmod } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import { type ListenOptions as NetOptions, Server as NetServer, type Socket } from "node:net";

import { WebSocketServer } from "ws";

import { readCertificate } from "../certificate.js";
import { CannotListen, ListenOptionInvalid, PortInUse } from "../errors.js";
import type { ListeningEngine } from "../served-listening.js";
import type { ListenOptions } from "../server.js";
import type { ServerState } from "../server-state.js";
import { TopicTable } from "../topics.js";
import { prepareUnixSocket, socketMode } from "../unix-socket.js";
import { serveRequest } from "./node-http-connection.js";
import { WebSocketUpgrade } from "./node-request.js";
import {
  type HandshakeAnswer,
  type NodeWebSocketConnection,
  serveUpgrade,
  type WebSocketEngine,
} from "./node-websocket-connection.js";

/** How long closed sockets have to say goodbye before they are cut. */
const goodbyeMs = 500;

/** A server of `node:http` with the sockets of `ws`. */
export class NodeEngine implements ListeningEngine {
  readonly #state: ServerState;
  readonly #options: ListenOptions;
  #server: Server | SecureServer | undefined;
  readonly #sockets: WebSocketEngine;
  #idleTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #removeUnixSocket: (() => Promise<void>) | undefined;

  constructor(state: ServerState, options: ListenOptions) {
    this.#state = state;
    this.#options = options;
    this.#sockets = newWebSocketEngine(state);
  }

  /** Rejects with `PortInUse`, `SocketInUse`, `CannotListen`, `CertificateInvalid` or `ListenOptionInvalid`. */
  async listen(): Promise<{ host: string; port: number }> {
    const { host = "127.0.0.1", port = 0, unixSocket, takeOver = false, sharePort = false } = this.#options;
    const sharing = sharePort ? waysToShare() : { exclusive: true };
    const server = await this.#newServer();
    if (unixSocket !== undefined && sharePort) {
      // The cluster listens, for all its workers, and removes the file when the last of them has gone.
      await listenOn(server, { path: unixSocket, ...sharing });
      await chmod(unixSocket, socketMode);
      return { host: unixSocket, port: 0 };
    }
    if (unixSocket !== undefined) {
      const prepared = await prepareUnixSocket(unixSocket, takeOver);
      await listenOn(server, { path: prepared.draft, exclusive: true });
      this.#removeUnixSocket = await prepared.open();
      return { host: unixSocket, port: 0 };
    }
    await listenOn(server, { host, port, ...sharing });
    const address = server.address();
    return { host, port: typeof address === "object" && address !== null ? address.port : port };
  }

  async #newServer(): Promise<Server | SecureServer> {
    const { http, webSocket } = this.#state;
    const options = {
      IncomingMessage: WebSocketUpgrade,
      maxHeaderSize: http.maxHeaderBytes,
      headersTimeout: http.headersTimeoutMs,
      keepAliveTimeout: http.keepAliveTimeoutMs,
      // How fast bodies come is looked at elsewhere, for both servers alike.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, http.headersTimeoutMs),
    };
    const { tls } = this.#options;
    const server =
      tls === undefined ? createServer(options) : createSecureServer({ ...options, ...(await readCertificate(tls)) });
    // Such as too many open files: the server goes on when there is room again.
    const onError = (error: Error): void => this.#state.log.error({ err: error }, "a connection could not be accepted");
    server.once("listening", () => server.on("error", onError));
    server.on("request", (request, response) => serveRequest(this.#state, request, response));
    server.on("upgrade", (request, socket, head: Buffer) => {
      serveUpgrade(this.#state, this.#sockets, { request, socket: socket as Socket, head });
    });
    if (webSocket.idleTimeoutS > 0) {
      const limitMs = webSocket.idleTimeoutS * 1000;
      const everyMs = limitMs / 8;
      this.#idleTimer = setInterval(() => {
        for (const connection of this.#sockets.connections.values()) connection.checkIdle(everyMs, limitMs);
      }, everyMs).unref();
    }
    this.#server = server;
    return server;
  }

  async reloadCertificate(): Promise<void> {
    const { tls } = this.#options;
    if (tls === undefined || this.#server === undefined || !("setSecureContext" in this.#server)) return;
    this.#server.setSecureContext(await readCertificate(tls));
  }

  stopAccepting(): void {
    const server = this.#server;
    this.#closed = new Promise((resolve) => {
      if (server === undefined) resolve();
      // Not the `close` of HTTP servers: that one cuts connections which are between two requests.
      else NetServer.prototype.close.call(server, () => resolve());
    });
  }

  async end(): Promise<void> {
    const cut = setTimeout(() => {
      for (const socket of this.#sockets.connections.keys()) socket.destroy();
    }, goodbyeMs);
    this.#server?.closeAllConnections();
    await this.#closed;
    // Ends what an HTTP server does beside listening.
    this.#server?.close();
    clearTimeout(cut);
    clearInterval(this.#idleTimer);
    await this.#removeUnixSocket?.();
  }
}

/** How several processes listen on a port: by the cluster that they belong to, or by the system. */
function waysToShare(): NetOptions & { readonly reusePort?: boolean } {
  if (cluster.isWorker) return { exclusive: false };
  if (canSharePorts) return { exclusive: true, reusePort: true };
  const expected = "false on the server node before Node 22.12, outside of workers of node:cluster";
  throw new ListenOptionInvalid({ option: "sharePort", value: true, expected });
}

/** Whether several listeners may share a port without a cluster. */
const canSharePorts = ((): boolean => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
})();

function newWebSocketEngine(state: ServerState): WebSocketEngine {
  const { maxMessageBytes, compression } = state.webSocket;
  const answers = new WeakMap<object, HandshakeAnswer>();
  const library = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessageBytes,
    // Without context, as the memory for it is some 300 KiB for each socket.
    perMessageDeflate: compression && { serverNoContextTakeover: true, clientNoContextTakeover: true },
    handleProtocols: (_offered, request) => answers.get(request)?.subprotocol ?? false,
  });
  library.on("headers", (lines, request) => {
    for (const [name, value] of answers.get(request)?.headers ?? []) lines.push(`${name}: ${value}`);
  });
  const topics = new TopicTable();
  state.publisher = topics;
  return { library, answers, topics, connections: new Map<Socket, NodeWebSocketConnection>() };
}

async function listenOn(server: Server | SecureServer, options: NetOptions): Promise<void> {
  const { host = options.path ?? "", port = 0 } = options;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EADDRINUSE") reject(new PortInUse({ host, port }, { cause: error }));
      else reject(new CannotListen({ host, port, reason: error.message }, { cause: error }));
    };
    server.once("error", fail);
    server.listen(options, () => {
      server.off("error", fail);
      resolve();
    });
  });
}
