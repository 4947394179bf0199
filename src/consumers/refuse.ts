import { type Handler, type Scope, type Send, toError } from "../core/index.js";
import { errorResponse } from "./error-response.js";

/**
 * Answers a scope with what `error` says: a response for a request, a refused handshake for a socket. For scopes
 * that have no client, throws it.
 */
export function refuse(scope: Scope, send: Send, error: Error, debug: boolean): Handler {
  const { status, headers, body } = errorResponse(error, scope.requestId, debug);
  const type =
    scope.type === "http" ? "http.response" : scope.type === "websocket" ? "websocket.http.response" : undefined;
  if (type === undefined) throw toError(error);
  const first = scope.type === "http" ? "http.request" : "websocket.connect";
  let isAnswered = false;
  return {
    handle(message) {
      if (isAnswered || message.type !== first) return;
      isAnswered = true;
      return send({ type, status, headers, body });
    },
  };
}
