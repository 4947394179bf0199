import { type Application, getLogger, type Logger } from "../core/index.js";
import { BodyPace } from "./body-pace.js";
import { checkOptions } from "./check-options.js";
import type { HttpLimits, ListenOptions, WebSocketLimits } from "./server.js";
import { TrustedProxies } from "./trusted-proxies.js";

/** How many sockets are closed at once; between batches the process breathes. */
const closeBatchSize = 1000;

/** A WebSocket, as far as the end of its server is concerned. */
export interface OpenSocket {
  /** Closes from the server's side: with a code when open, with 503 during the handshake. */
  goAway(code: number, reason: string): void;
  /** Ends the socket without a word, or refuses its handshake. */
  cut(): void;
}

/** What the connections of one listening server share, on every library: settings, and what is open. */
export class ServerState {
  readonly application: Application;
  readonly log: Logger;
  readonly http: HttpLimits;
  readonly webSocket: WebSocketLimits;
  readonly proxies: TrustedProxies | undefined;
  /** Whether clients speak TLS with this server. */
  readonly isSecure: boolean;
  readonly bodyPace: BodyPace;
  /** Answers carry `Connection: close` and handshakes are refused from now on. */
  isDraining = false;
  openRequests = 0;
  /** Every WebSocket from its handshake to its close. */
  readonly sockets = new Set<OpenSocket>();
  /** Disconnect handlers that have not ended. */
  #endings = 0;
  #onQuiet: (() => void) | undefined;

  /** Throws `ListenOptionInvalid`. */
  constructor(application: Application, options: ListenOptions) {
    const { http, webSocket } = checkOptions(options);
    const { log = getLogger(), trustedProxies = [] } = options;
    this.application = application;
    this.log = log;
    this.http = http;
    this.webSocket = webSocket;
    this.proxies = trustedProxies.length === 0 ? undefined : new TrustedProxies(trustedProxies);
    this.isSecure = options.tls !== undefined;
    this.bodyPace = new BodyPace(http);
  }

  requestDone(): void {
    this.openRequests -= 1;
    this.#progress();
  }

  /** A socket has closed; `ending` settles when its application has handled that, and never rejects. */
  socketClosed(connection: OpenSocket, ending: Promise<void> | undefined): void {
    this.sockets.delete(connection);
    if (ending !== undefined) {
      this.#endings += 1;
      void ending.then(() => {
        this.#endings -= 1;
        this.#progress();
      });
    }
    this.#progress();
  }

  /** Closes every socket with 1001 and resolves when nothing is open any more, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.isDraining = true;
    const quiet = this.#untilQuiet(timeoutMs);
    let closed = 0;
    for (const connection of this.sockets) {
      connection.goAway(1001, "The server stops");
      closed += 1;
      if (closed % closeBatchSize === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await quiet;
    this.bodyPace.stop();
  }

  #progress(): void {
    if (this.#onQuiet !== undefined && this.#isQuiet()) this.#onQuiet();
  }

  #isQuiet(): boolean {
    return this.openRequests === 0 && this.sockets.size === 0 && this.#endings === 0;
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
