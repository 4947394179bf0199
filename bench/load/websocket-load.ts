import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";

import { loadByExchange } from "./exchange-load.js";
import type { LoadResult } from "./load-result.js";

/** Keeps `sockets` busy, each sending `text` (at most 125 bytes) and waiting for an echo of the same length. */
export function loadEcho(
  port: number,
  path: string,
  text: string,
  sockets: number,
  seconds: number,
): Promise<LoadResult> {
  const bytes = Buffer.from(text);
  if (bytes.length > 125) throw new Error("the text must fit into a frame with a short header (RFC 6455 §5.2)");
  return loadByExchange(
    port,
    {
      connections: sockets,
      opening: {
        bytes: handshake(path),
        isAnswered: (received) =>
          received.includes("\r\n\r\n") && received.toString("latin1").startsWith("HTTP/1.1 101"),
      },
      request: textFrame(bytes),
      answerBytes: 2 + bytes.length,
    },
    seconds,
  );
}

/** Sends `text` once and gives the text of the frame that comes back. */
export async function echoOnce(port: number, path: string, text: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    socket.write(handshake(path));
    await once(socket, "data");
    socket.write(textFrame(Buffer.from(text)));
    const [frame] = (await once(socket, "data")) as [Buffer];
    return frame.subarray(2).toString();
  } finally {
    socket.destroy();
  }
}

/** Asks for the handshake. */
export function handshake(path: string): Buffer {
  return Buffer.from(
    [
      `GET ${path} HTTP/1.1`,
      "host: localhost",
      "connection: Upgrade",
      "upgrade: websocket",
      "sec-websocket-version: 13",
      `sec-websocket-key: ${randomBytes(16).toString("base64")}`,
      "\r\n",
    ].join("\r\n"),
  );
}

/** A masked text frame, as clients send it (RFC 6455 §5.3). */
export function textFrame(text: Buffer): Buffer {
  if (text.length > 125) throw new Error("the text must fit into a frame with a short header");
  const mask = randomBytes(4);
  const masked = text.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length]), mask, masked]);
}
