import type { TemplatedApp, us_listen_socket } from "uWebSockets.js";

import type { Listening } from "../server.js";
import type { UwsLibrary } from "./load-uws.js";
import type { HttpServerState } from "./uws-http-connection.js";
import type { UwsWebSocketConnection, WebSocketServerState } from "./uws-websocket-connection.js";

/** How many sockets are closed at once; between batches the process breathes. */
const closeBatchSize = 1000;

interface Parts {
  readonly library: UwsLibrary;
  readonly app: TemplatedApp;
  readonly listenSocket: us_listen_socket;
  readonly host: string;
  readonly http: HttpServerState;
  readonly sockets: WebSocketServerState;
}

/** A listening uWebSockets.js app and its end. */
export class UwsListening implements Listening {
  readonly host: string;
  readonly port: number;
  readonly #parts: Parts;
  /** Disconnect handlers that have not ended. */
  readonly #endings = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;
  #onQuiet: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.host = parts.host;
    this.port = parts.library.localPort(parts.listenSocket);
  }

  get url(): string {
    return `http://${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`;
  }

  get open(): { requests: number; sockets: number } {
    return { requests: this.#parts.http.openRequests, sockets: this.#parts.sockets.connections.size };
  }

  /** A socket has closed; its application may still be busy with that. */
  onClosed(connection: UwsWebSocketConnection): void {
    const ending = connection.ending;
    if (ending !== undefined) {
      this.#endings.add(ending);
      void ending.then(() => {
        this.#endings.delete(ending);
        this.onProgress();
      });
    }
    this.onProgress();
  }

  /** Something has ended; a stop that waits looks whether all has. */
  onProgress(): void {
    if (this.#onQuiet !== undefined && this.#isQuiet()) this.#onQuiet();
  }

  close({ timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    const { library, app, listenSocket, http, sockets } = this.#parts;
    library.closeListenSocket(listenSocket);
    http.isDraining = true;
    sockets.isDraining = true;
    const quiet = this.#untilQuiet(timeoutMs);
    let closed = 0;
    for (const connection of sockets.connections) {
      connection.goAway(1001, "The server stops");
      closed += 1;
      if (closed % closeBatchSize === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await quiet;
    for (const connection of sockets.connections) connection.cut();
    // Ends idle keep-alive connections and whatever did not end in time. The declarations lack it.
    (app as TemplatedApp & { close(): void }).close();
  }

  #isQuiet(): boolean {
    return (
      this.#parts.http.openRequests === 0 && this.#parts.sockets.connections.size === 0 && this.#endings.size === 0
    );
  }

  #untilQuiet(timeoutMs: number): Promise<void> {
    if (this.#isQuiet()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#onQuiet?.(), timeoutMs);
      this.#onQuiet = () => {
        clearTimeout(timer);
        this.#onQuiet = undefined;
        resolve();
      };
    });
  }
}
