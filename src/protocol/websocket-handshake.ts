import type { HeaderLine, RequestHeaders } from "../core/index.js";
import { plainText } from "./response-headers.js";
import { splitList } from "./scope-parts.js";

/** A handshake that is refused before the application hears of it. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** Why a request that wants to be a WebSocket cannot be one (RFC 6455 §4.2.1), or `undefined` when it can. */
export function refusalOf(headers: RequestHeaders): HandshakeRefusal | undefined {
  const connection = splitList(headers.getAll("connection").join(",")).map((item) => item.toLowerCase());
  if (headers.get("upgrade")?.toLowerCase() !== "websocket" || !connection.includes("upgrade")) {
    return { status: 400, headers: plainText, body: "A WebSocket needs Upgrade: websocket and Connection: Upgrade." };
  }
  if (headers.get("sec-websocket-version") !== "13") {
    const version: HeaderLine = ["sec-websocket-version", "13"];
    return { status: 426, headers: [version, ...plainText], body: "Only version 13 of WebSocket is spoken here." };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) {
    return { status: 400, headers: plainText, body: "Sec-WebSocket-Key must be 16 bytes in base64." };
  }
  return undefined;
}
