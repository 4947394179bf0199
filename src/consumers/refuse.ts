import type { Handler, HeaderLine, Message, Scope, Send } from "../core/index.js";
import { errorResponse } from "./error-response.js";

/**
 * Answers a scope with what `error` says: a response for a request, a refused handshake for a socket. For scopes
 * that have no client, throws it.
 */
export function refuse(
  scope: Scope,
  send: Send,
  error: Error,
  debug: boolean,
  extraHeaders: readonly HeaderLine[] = [],
): Handler {
  if (scope.type !== "http" && scope.type !== "websocket") throw error;
  const response = errorResponse(error, scope.requestId, debug);
  response.headers.push(...extraHeaders);
  const { status, headers, body } = response;
  const answer: object = scope.type === "http" ? response : { type: "websocket.http.response", status, headers, body };
  const first = scope.type === "http" ? "http.request" : "websocket.connect";
  let isAnswered = false;
  return {
    handle(message) {
      if (isAnswered || message.type !== first) return;
      isAnswered = true;
      return send(answer as Message);
    },
  };
}
