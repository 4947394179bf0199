import type { Application, Handler } from "../application.js";
import type { Message, Send } from "../message.js";
import type { WebSocketScope } from "../scope.js";
import { diagnostics, type WebSocketEnd, type WebSocketStart, type WebSocketTraffic } from "./channels.js";

/** Runs one socket, and tells how it begins, what goes over it, and how it ends. */
export function observedSocket(application: Application, scope: WebSocketScope, send: Send): Handler {
  const began = performance.now();
  const start: WebSocketStart = { requestId: scope.requestId, path: scope.path };
  let accepted = false;
  const traffic = (direction: "in" | "out", message: Message): void => {
    if (!diagnostics.webSocketMessage.hasSubscribers) return;
    const told: WebSocketTraffic = { ...start, direction, bytes: messageLength(message) };
    diagnostics.webSocketMessage.publish(told);
  };
  diagnostics.webSocketStart.publish(start);
  const handler = application(scope, (message) => {
    const sent = send(message);
    if (message.type === "websocket.accept") accepted = true;
    else if (message.type === "websocket.send") traffic("out", message);
    return sent;
  });
  return {
    handle(message) {
      if (message.type === "websocket.receive") {
        traffic("in", message);
      } else if (message.type === "websocket.disconnect") {
        const durationMs = performance.now() - began;
        const code = Number(message["code"]);
        const told: WebSocketEnd = { ...start, route: scope.route?.pattern, accepted, code, durationMs };
        diagnostics.webSocketEnd.publish(told);
      }
      return handler.handle(message);
    },
  };
}

function messageLength({ text, bytes }: Message & { readonly text?: unknown; readonly bytes?: unknown }): number {
  if (typeof text === "string") return Buffer.byteLength(text);
  return bytes instanceof Uint8Array ? bytes.byteLength : 0;
}
