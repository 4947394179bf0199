import { once } from "node:events";
import type { IncomingMessage } from "node:http";

import type { WebSocket } from "ws";

import type { Application, Message, Send, WebSocketScope } from "hotclub/core";

import type { Served } from "./harness.js";

/** An application of one function that is called with each message of a socket. */
export function socketApplication(
  handle: (message: Message, send: Send, scope: WebSocketScope) => void | Promise<void>,
): Application {
  return (scope, send) => ({ handle: (message) => handle(message, send, scope as WebSocketScope) });
}

/** Accepts at once and gives what follows to `handle`. */
export function accepting(handle: (message: Message, send: Send) => void | Promise<void> = () => {}): Application {
  return socketApplication((message, send) => {
    if (message.type === "websocket.connect") return send({ type: "websocket.accept" });
    return handle(message, send);
  });
}

/** Sends every message back. */
export const echo = accepting((message, send) => {
  if (message.type !== "websocket.receive") return;
  const { text, bytes } = message;
  return send({ type: "websocket.send", ...(text === undefined ? { bytes } : { text }) });
});

/** The plain answer to a handshake that was refused. */
export async function refusalOf(socket: WebSocket): Promise<{ status: number; headers: object; body: string }> {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  let body = "";
  for await (const piece of response) body += String(piece);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** A client whose handshake is done. */
export async function open(served: Served): Promise<WebSocket> {
  const socket = served.socket("/");
  await once(socket, "open");
  return socket;
}

/** How a socket was closed, as its client sees it. */
export async function closeOf(socket: WebSocket): Promise<[code: number, reason: string]> {
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  return [code, reason.toString()];
}
