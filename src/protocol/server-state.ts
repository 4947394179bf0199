import { type Application, getLogger, type Logger, observed } from "../core/index.js";
import { BodyPace } from "./body-pace.js";
import { checkOptions } from "./check-options.js";
import { closeSockets } from "./close-sockets.js";
import type { OpenSocket } from "./open-socket.js";
import type { CloseOptions, HttpLimits, ListenOptions, WebSocketLimits } from "./server.js";
import type { TopicPublisher } from "./topics.js";
import { TrustedProxies } from "./trusted-proxies.js";

/** How often a server that stops looks whether requests still come. */
const lookEveryMs = 25;

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
  /** What sends to many sockets at once. The library's engine sets it. */
  publisher: TopicPublisher = { publish() {} };
  /** What the states of scopes begin with; `undefined` for nothing. */
  readonly state: Readonly<Record<string, unknown>> | undefined;
  /** Answers carry `Connection: close` and handshakes are refused from now on. */
  isDraining = false;
  openRequests = 0;
  /** How many requests have come. */
  requestCount = 0;
  /** Every WebSocket from its handshake to its close. */
  readonly sockets = new Set<OpenSocket>();
  /** Disconnect handlers that have not ended. */
  #endings = 0;
  #onQuiet: (() => void) | undefined;

  /** Throws `ListenOptionInvalid`. */
  constructor(application: Application, options: ListenOptions) {
    const { http, webSocket } = checkOptions(options);
    const { log = getLogger(), trustedProxies = [] } = options;
    this.application = observed(application);
    this.log = log;
    this.http = http;
    this.webSocket = webSocket;
    this.proxies = trustedProxies.length === 0 ? undefined : new TrustedProxies(trustedProxies);
    this.isSecure = options.tls !== undefined;
    this.bodyPace = new BodyPace(http);
    this.state = options.state;
  }

  requestBegan(): void {
    this.openRequests += 1;
    this.requestCount += 1;
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

  /** Closes every socket and resolves when nothing is open and nothing comes any more, or after `timeoutMs`. */
  async drain({ timeoutMs = 10_000, lingerMs = 0, spreadMs = 0 }: CloseOptions): Promise<void> {
    this.isDraining = true;
    const limit = performance.now() + timeoutMs;
    await closeSockets(this.sockets, Math.min(spreadMs, timeoutMs));
    if (lingerMs > 0) await this.#untilNothingComes(lingerMs, limit);
    await this.#untilQuiet(Math.max(0, limit - performance.now()));
    this.bodyPace.stop();
  }

  /** Resolves when no request has come for `lingerMs`. Clients are told to close their connections meanwhile. */
  async #untilNothingComes(lingerMs: number, limit: number): Promise<void> {
    let seen = this.requestCount;
    for (let silentMs = 0; silentMs < lingerMs && performance.now() < limit; silentMs += lookEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      if (this.requestCount !== seen) silentMs = 0;
      seen = this.requestCount;
    }
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
