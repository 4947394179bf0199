import type { CloseOptions, Listening } from "./server.js";
import type { ServerState } from "./server-state.js";

/** What a library does for `ServedListening`. */
export interface ListeningEngine {
  /** Takes no new connection; those that are open go on. */
  stopAccepting(): void;
  /** Cuts every connection that is still open. */
  end(): void | Promise<void>;
  /** Reads certificate and key anew. Rejects with `CertificateInvalid`. Not there without TLS. */
  reloadCertificate?(): Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A server that listens, on any library, and its end. */
export class ServedListening implements Listening {
  readonly host: string;
  readonly port: number;
  readonly #state: ServerState;
  readonly #engine: ListeningEngine;
  readonly #stopWatching: () => void;
  #closing: Promise<void> | undefined;

  /** `stopWatching` ends the look-out for new certificates. */
  constructor(state: ServerState, { host, port }: Address, engine: ListeningEngine, stopWatching: () => void) {
    this.host = host;
    this.port = port;
    this.#state = state;
    this.#engine = engine;
    this.#stopWatching = stopWatching;
  }

  get url(): string {
    if (this.port === 0) return `unix:${this.host}`;
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    return `${this.#state.isSecure ? "https" : "http"}://${host}:${this.port}`;
  }

  get open(): { requests: number; sockets: number } {
    return { requests: this.#state.openRequests, sockets: this.#state.sockets.size };
  }

  async reloadCertificate(): Promise<void> {
    await this.#engine.reloadCertificate?.();
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: CloseOptions): Promise<void> {
    this.#stopWatching();
    this.#engine.stopAccepting();
    await this.#state.drain(options);
    for (const connection of this.#state.sockets) connection.cut();
    // What was answered in this turn must be on the wire before its connection ends.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#engine.end();
  }
}
