import type { HttpRequest, HttpResponse } from "uWebSockets.js";

import type { ClientAddress, HeaderLine } from "../../core/index.js";
import { ScopeExpired } from "../errors.js";
import type { NativeRequest } from "../native-request.js";
import { ReceivedHeaders } from "../received-headers.js";
import { addressText } from "./address-text.js";

/** After so many single looks the headers are copied whole, which costs as much as five of them. */
const looksBeforeCopy = 4;

/**
 * A native request, read piece by piece while it is valid (during its callback only) and copied by `detach` when the
 * application needs it for longer.
 */
export class UwsRequest implements NativeRequest {
  #request: HttpRequest | undefined;
  #response: HttpResponse | undefined;
  #headers: ReceivedHeaders | undefined;
  #looks = 0;
  #query: string | undefined;
  #peer: ClientAddress | undefined;
  #length: string | undefined;
  #coding: string | undefined;

  constructor(request: HttpRequest, response: HttpResponse) {
    this.#request = request;
    this.#response = response;
  }

  get isReadable(): boolean {
    return this.#request !== undefined || this.#headers !== undefined;
  }

  /** Copies what is lost with the callback. The peer can be asked for until the response is complete. */
  detach(): void {
    if (this.#request === undefined) return;
    this.#query ??= this.#request.getQuery() ?? "";
    this.#headers ??= this.#copy(this.#request);
    this.#request = undefined;
  }

  /** Copies everything, for a socket: it outlives its handshake by far, and there are many. */
  keep(): void {
    this.detach();
    this.#headers = this.#headers?.compact();
    this.readPeer();
    this.#response = undefined;
  }

  /** The callback has ended and nothing was copied. */
  expire(): void {
    this.#request = undefined;
    this.#response = undefined;
  }

  /** The native response is not to be touched any more. */
  forgetResponse(): void {
    this.#response = undefined;
  }

  readQuery(): string {
    if (this.#query === undefined && this.#request === undefined) throw new ScopeExpired({ part: "query" });
    return (this.#query ??= this.#request?.getQuery() ?? "");
  }

  /** Asking costs the library a call of the system and some 2 µs, so that it is done for nobody in advance. */
  readPeer(): ClientAddress {
    if (this.#peer === undefined && this.#response === undefined) throw new ScopeExpired({ part: "client's address" });
    return (this.#peer ??= { host: addressText(this.#response?.getRemoteAddressAsText()), port: 0 });
  }

  get(name: string): string | undefined {
    if (this.#headers === undefined && this.#request !== undefined && this.#looks < looksBeforeCopy) {
      this.#looks += 1;
      return this.#request.getHeader(name) || undefined;
    }
    return this.#copied().get(name);
  }

  getAll(name: string): readonly string[] {
    return this.#copied().getAll(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  [Symbol.iterator](): Iterator<HeaderLine> {
    return this.#copied()[Symbol.iterator]();
  }

  /**
   * How long the body is, `Infinity` for a chunked one, or why it cannot be told safely (RFC 9112 §6.3). To be asked
   * when the request is detached.
   */
  bodyFraming(): number | { readonly status: number; readonly reason: string } {
    const length = this.#length;
    const coding = this.#coding?.toLowerCase();
    if (coding === undefined && length !== undefined && /^\d{1,15}$/.test(length)) return Number(length);
    if (coding === "chunked" && length === undefined) return Number.POSITIVE_INFINITY;
    if (coding === undefined || length !== undefined)
      return { status: 400, reason: "The length of the body is not clear." };
    return { status: 501, reason: "Only the transfer coding chunked is understood." };
  }

  #copied(): ReceivedHeaders {
    if (this.#headers !== undefined) return this.#headers;
    if (this.#request === undefined) throw new ScopeExpired({ part: "headers" });
    return (this.#headers = this.#copy(this.#request));
  }

  #copy(request: HttpRequest): ReceivedHeaders {
    const namesAndValues: string[] = [];
    request.forEachHeader((name, value) => {
      if (value !== "") namesAndValues.push(name, value);
      if (name === "content-length") this.#length = joined(this.#length, value);
      else if (name === "transfer-encoding") this.#coding = joined(this.#coding, value);
    });
    return new ReceivedHeaders(namesAndValues);
  }
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before},${value}`;
}
