import { randomBytes } from "node:crypto";

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
  if (text.length > 0xffff) throw new Error("the text must fit into a frame whose length has 16 bits");
  const mask = randomBytes(4);
  const masked = text.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  const { length } = text;
  const header = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), mask, masked]);
}

/** What a client closes with, and a server answers with: no code, no reason. */
export const closeFrame: Buffer = Buffer.concat([Buffer.from([0x88, 0x80]), randomBytes(4)]);

/** The first byte of a frame that closes. */
export const closeByte = 0x88;
