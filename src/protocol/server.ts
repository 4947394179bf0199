import type { Application, Logger } from "../core/index.js";

/** Limits and times of HTTP. What a library cannot change is in docs/topics/protocol-servers.md. */
export interface HttpLimits {
  /**
   * The most that request line and headers may take together, in bytes; beyond it 431. Default 16 KiB.
   * On `uws` the first server of a process decides for all.
   */
  readonly maxHeaderBytes: number;
  /** How long the headers of a request may take, in milliseconds. Default 10,000; on `uws` always that. */
  readonly headersTimeoutMs: number;
  /** How long a connection may be idle between two requests, in milliseconds. Default 10,000; on `uws` always that. */
  readonly keepAliveTimeoutMs: number;
  /** How long nothing may come of a body that is not complete, in milliseconds; beyond it 408. Default 10,000. */
  readonly bodyTimeoutMs: number;
  /** How fast a body must come on average, in bytes per second, after the first 5 seconds; else 408. Default 240. */
  readonly minBodyBytesPerS: number;
  /** How long a client may take nothing of a response, in milliseconds; then it is cut. Default 10,000; on `uws` always that. */
  readonly sendTimeoutMs: number;
  /**
   * How much of a streamed response may wait for a client that is behind, beyond the piece that is being sent, in
   * bytes: an application that awaits `send` never gets there. Beyond it the connection is cut. Default 1 MiB.
   */
  readonly maxBackpressureBytes: number;
}

/** Limits and times of WebSockets. */
export interface WebSocketLimits {
  /** The largest message a client may send, in bytes; a larger one closes the socket with 1009. Default 1 MiB. */
  readonly maxMessageBytes: number;
  /**
   * How much may wait for a client that does not read, in bytes; beyond it the socket is cut (1006 at the client).
   * Default 1 MiB.
   */
  readonly maxBackpressureBytes: number;
  /**
   * A socket that is silent this long, pings included, is closed, in seconds: 8 to 960, or 0 for never. Default 120;
   * pings are sent in time.
   */
  readonly idleTimeoutS: number;
  /** How long an application may take to accept or refuse a handshake, in milliseconds. Default 10,000. */
  readonly handshakeTimeoutMs: number;
  /**
   * Whether messages are compressed for clients that offer it (permessage-deflate, RFC 7692). Default false: it costs
   * processor time, memory for each socket on `node`, and messages that mix secrets with a client's input leak them.
   */
  readonly compression: boolean;
}

/** A certificate and its key, as PEM files. Both are looked at again now and then, and used anew when they change. */
export interface TlsOptions {
  readonly certFile: string;
  readonly keyFile: string;
  readonly passphrase?: string;
  /** How often the files are looked at, in milliseconds. Default 60,000; 0 for never. */
  readonly checkEveryMs?: number;
}

/** How a server listens. */
export interface ListenOptions {
  /** An address or name of this machine; IPv6 without brackets. Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 (default) takes a free port. */
  readonly port?: number;
  /** The path of a Unix socket to listen on instead of host and port. Open to owner and group, removed at the end. */
  readonly unixSocket?: string;
  /**
   * Take the path of the Unix socket over from the server that has it, in one step: what was connected stays with that
   * one. Default false: `SocketInUse`.
   */
  readonly takeOver?: boolean;
  /**
   * Several processes may listen on the port at once. On `uws` the system spreads the connections (SO_REUSEPORT), on
   * `node` too from Node 22.12 on, and in workers of `node:cluster` the cluster does, also for a Unix socket. Default
   * false.
   */
  readonly sharePort?: boolean;
  /** Speak HTTPS and WSS. Default: plain. */
  readonly tls?: TlsOptions;
  /**
   * The peers whose `X-Forwarded-For`, `-Proto` and `-Host` are believed: addresses, networks (`10.0.0.0/8`),
   * `loopback`, or `unix` for whoever connects to the Unix socket. Default none.
   */
  readonly trustedProxies?: readonly string[];
  readonly http?: Partial<HttpLimits>;
  readonly webSocket?: Partial<WebSocketLimits>;
  /** What each scope's `state` begins with, a shallow copy of its own (ASGI lifespan, S5). Default nothing. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** Where the server says what went wrong. Default: the process's logger. */
  readonly log?: Logger;
}

/** How a server stops. */
export interface CloseOptions {
  /** After how long everything that is still open is cut, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long no request must have come on the connections that are open before they are closed, in milliseconds: a
   * client that uses its connection again is answered, and told to close it. Default 0.
   */
  readonly lingerMs?: number;
  /**
   * Over how long the sockets are closed, in milliseconds, a batch at a time, so that their clients do not all come back
   * at once. Default 0.
   */
  readonly spreadMs?: number;
}

/** A server that accepts connections. */
export interface Listening {
  /** The address, or the path of the Unix socket. */
  readonly host: string;
  /** The port in fact, also where 0 was asked for; 0 for a Unix socket. */
  readonly port: number;
  /** `http://127.0.0.1:8000`, or `unix:/run/app.sock`. */
  readonly url: string;
  /** What is open now: requests that are not answered or whose handlers run, and sockets. */
  readonly open: { readonly requests: number; readonly sockets: number };
  /** Reads certificate and key anew. Rejects with `CertificateInvalid`, the old ones staying in use. Nothing without TLS. */
  reloadCertificate(): Promise<void>;
  /**
   * Stops gracefully: accepts nothing new, closes every WebSocket with 1001 and a reason that says when to come back
   * (`Reconnect in 740 ms`), waits until running requests are answered and disconnect handlers have ended, then cuts
   * what is left. Calling it again returns the same promise.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** Speaks HTTP and WebSocket with the outside and messages with an application. */
export interface ProtocolServer {
  readonly name: "uws" | "node";
  /** Rejects with `PortInUse`, `SocketInUse`, `CannotListen`, `CertificateInvalid` or `ListenOptionInvalid`. */
  listen(application: Application, options?: ListenOptions): Promise<Listening>;
}

/** What holds where `ListenOptions.http` says nothing. */
export const defaultHttpLimits: HttpLimits = {
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  minBodyBytesPerS: 240,
  sendTimeoutMs: 10_000,
  maxBackpressureBytes: 1_048_576,
};

/** What holds where `ListenOptions.webSocket` says nothing. */
export const defaultWebSocketLimits: WebSocketLimits = {
  maxMessageBytes: 1_048_576,
  maxBackpressureBytes: 1_048_576,
  idleTimeoutS: 120,
  handshakeTimeoutMs: 10_000,
  compression: false,
};
