import { addHeader, isResponseHead, ownHandshake, ownResponse } from "./outgoing-head.js";
import { defineMiddleware, type Middleware } from "./middleware.js";

/**
 * Tells clients the id of their request in `X-Request-Id`, of sockets with the handshake: the id that every log line
 * and error page carries. It is the client's own where a plain token came in the same header.
 */
export function requestId(): Middleware<"http" | "websocket"> {
  return defineMiddleware({ name: "request-id", scopes: ["http", "websocket"] }, (next) => (scope, send) => {
    if (scope.type === "http") {
      return next(scope, (message) => {
        if (!isResponseHead(message)) return send(message);
        const head = ownResponse(message);
        addHeader(head.headers, ["x-request-id", scope.requestId]);
        return send(head);
      });
    }
    return next(scope, (message) => {
      if (message.type !== "websocket.accept" && message.type !== "websocket.http.response") return send(message);
      const head = ownHandshake(message);
      addHeader(head.headers, ["x-request-id", scope.requestId]);
      return send(head);
    });
  });
}
