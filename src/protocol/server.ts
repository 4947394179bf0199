import type { Application, Logger } from "../core/index.js";

/** Limits and times of WebSockets. */
export interface WebSocketLimits {
  /** The largest message a client may send, in bytes; a larger one closes the socket with 1009. Default 1 MiB. */
  readonly maxMessageBytes: number;
  /**
   * How much may wait for a client that does not read, in bytes; beyond it the socket is cut (1006 at the client).
   * Default 1 MiB.
   */
  readonly maxBackpressureBytes: number;
  /** A socket that is silent this long, pings included, is closed, in seconds. Default 120; pings are sent in time. */
  readonly idleTimeoutS: number;
  /** How long an application may take to accept or refuse a handshake, in milliseconds. Default 10,000. */
  readonly handshakeTimeoutMs: number;
}

/** How a server listens. */
export interface ListenOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 (default) takes a free port. */
  readonly port?: number;
  /** Several processes may listen on the port at once; the system spreads the connections. Default false. */
  readonly sharePort?: boolean;
  readonly webSocket?: Partial<WebSocketLimits>;
  /** Where the server says what went wrong. Default: the process's logger. */
  readonly log?: Logger;
}

/** A server that accepts connections. */
export interface Listening {
  readonly host: string;
  /** The port in fact, also where 0 was asked for. */
  readonly port: number;
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  /** What is open now. */
  readonly open: { readonly requests: number; readonly sockets: number };
  /**
   * Stops gracefully: accepts nothing new, closes every WebSocket with 1001, waits until running requests are
   * answered and disconnect handlers have ended, then cuts what is left after `timeoutMs` (default 10,000).
   * Calling it again returns the same promise.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/** Speaks HTTP and WebSocket with the outside and messages with an application. */
export interface ProtocolServer {
  readonly name: "uws" | "node";
  /** Rejects with `PortInUse` or `CannotListen`. */
  listen(application: Application, options?: ListenOptions): Promise<Listening>;
}

/** What holds where `ListenOptions.webSocket` says nothing. */
export const defaultWebSocketLimits: WebSocketLimits = {
  maxMessageBytes: 1_048_576,
  maxBackpressureBytes: 1_048_576,
  idleTimeoutS: 120,
  handshakeTimeoutMs: 10_000,
};
