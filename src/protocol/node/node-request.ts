import { IncomingMessage } from "node:http";

import type { ClientAddress, HeaderLine } from "../../core/index.js";
import type { NativeRequest } from "../native-request.js";
import { ReceivedHeaders } from "../received-headers.js";

/** A request of `node:http`, whose headers are put into lines when somebody asks. */
export class NodeRequest implements NativeRequest {
  readonly isReadable = true;
  readonly rawPath: string;
  readonly #query: string;
  readonly #request: IncomingMessage;
  readonly #peer: ClientAddress;
  #received: ReceivedHeaders | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
    const target = asUtf8(request.url ?? "/");
    const question = target.indexOf("?");
    this.rawPath = question < 0 ? target : target.slice(0, question);
    this.#query = question < 0 ? "" : target.slice(question + 1);
    // The socket forgets its peer when it closes.
    const { remoteAddress = "", remotePort = 0 } = request.socket;
    this.#peer = { host: remoteAddress.replace(/^::ffff:(?=[\d.]+$)/, ""), port: remotePort };
  }

  readQuery(): string {
    return this.#query;
  }

  readPeer(): ClientAddress {
    return this.#peer;
  }

  get(name: string): string | undefined {
    return this.#headers.get(name);
  }

  getAll(name: string): readonly string[] {
    return this.#headers.getAll(name);
  }

  has(name: string): boolean {
    return this.#headers.has(name);
  }

  [Symbol.iterator](): Iterator<HeaderLine> {
    return this.#headers[Symbol.iterator]();
  }

  get #headers(): ReceivedHeaders {
    return (this.#received ??= new ReceivedHeaders(namesAndValues(this.#request.rawHeaders)));
  }
}

function namesAndValues(raw: readonly string[]): string[] {
  const list: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const value = asUtf8(raw[i + 1] ?? "");
    if (value !== "") list.push((raw[i] ?? "").toLowerCase(), value);
  }
  return list;
}

/** Node reads bytes as Latin-1; what is beyond ASCII is UTF-8 where it is anything. */
function asUtf8(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return Buffer.from(text, "latin1").toString();
  }
  return text;
}

const upgradeFlag = Symbol("upgrade");

/**
 * A request that counts as an upgrade only when it asks for a WebSocket, or for a tunnel, which Node ends. Node hands over the bare connection of every
 * other upgrade as well, though a server that does not know a protocol is to answer as if it had not been offered
 * (RFC 9110 §7.8): Java's client offers HTTP/2 with each request.
 */
export class WebSocketUpgrade extends IncomingMessage {
  [upgradeFlag] = false;

  get upgrade(): boolean {
    if (this.method === "CONNECT") return true;
    return this[upgradeFlag] && this.headers.upgrade?.toLowerCase() === "websocket";
  }

  set upgrade(isUpgrade: boolean) {
    this[upgradeFlag] = isUpgrade;
  }
}
