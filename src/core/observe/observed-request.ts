import type { Application, Handler } from "../application.js";
import type { Message, Send } from "../message.js";
import type { HttpScope } from "../scope.js";
import { diagnostics, type HttpEnd, type HttpStart } from "./channels.js";
import { watchedHandler } from "./watched-handler.js";

/** Runs one request, and tells how it begins and ends. */
export function observedRequest(application: Application, scope: HttpScope, send: Send): Handler {
  const began = performance.now();
  const { method, path, requestId } = scope;
  const start: HttpStart = { requestId, method, path };
  let status: number | undefined;
  let bodyBytes = 0;
  let isOver = false;
  const end = (outcome: HttpEnd["outcome"]): void => {
    if (isOver) return;
    isOver = true;
    const durationMs = performance.now() - began;
    const told: HttpEnd = { ...start, route: scope.route?.pattern, status, outcome, durationMs, bodyBytes };
    diagnostics.httpEnd.publish(told);
  };
  diagnostics.httpStart.publish(start);
  const watchedSend: Send = (message) => {
    const sent = send(message);
    if (message.type === "http.response" || message.type === "http.response.start") status = Number(message["status"]);
    bodyBytes += bodyLength(message);
    const isLast =
      message.type === "http.response" || (message.type === "http.response.body" && message["moreBody"] !== true);
    if (!isLast) return sent;
    if (sent === undefined) end("answered");
    else return sent.then(() => end("answered"));
  };
  const failed = (): void => {
    status ??= 500;
    end("failed");
  };
  try {
    const handler = watchedHandler(application(scope, watchedSend), failed);
    return {
      handle(message) {
        if (message.type === "http.disconnect") end("gone");
        return handler.handle(message);
      },
    };
  } catch (thrown) {
    failed();
    throw thrown;
  }
}

function bodyLength({ body }: Message & { readonly body?: unknown }): number {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : 0;
}
